#!/bin/sh
# The crun on PATH, with its JSON log laid out as crun has done since 1.28 (src/libcrun/error.c, by json-c): an entry on
# several lines, each `/` escaped.
log= previous=
for word; do
  shift
  if [ "$previous" = --log ]; then
    log=$word
    word=$log.lines
  fi
  previous=$word
  set -- "$@" "$word"
done
crun "$@"
code=$?
if [ -f "$log.lines" ]; then
  sed -E 's,/,\\/,g; s/^\{("msg":.*),("level":"[a-z]+"),("time":"[^"]*")\}$/{\n  \1,\n  \2,\n  \3\n}/' "$log.lines" >>"$log"
  rm "$log.lines"
fi
exit "$code"
