// What write_record() reads, in this order, a \f behind each: how it is called (a letter of the verb, a digit of the code),
// the file that wrun has left, the pid file, the report, conmon's exit file, and proc(5)'s stat of the process.
#include "world.h"

#include "../../../native/launcher/record.c"
#include "target.h"

int mkdir(const char *path, unsigned mode);
void free(void *);

const char *const fuzz_words[] = {"\f",  "c0", "r7", "e1", "d0", "s0", "0123456789abcdef\n", "@spool/pid", "@spool/report", "@spool/exit",
                                  "\"container\":{\"id\":\"x\"}", "77\n", ") S 1 ", "{\"report\":\"exited\",\"code\":42}\n", NULL};

enum { HOW, PENDING, PID, REPORT, EXIT, STAT, PARTS };

static char *parts[PARTS];
static size_t lengths[PARTS];
static struct path spool;

static int ends_with(const char *text, const char *end) {
  size_t length = length_of(text), ending = length_of(end);
  return length >= ending && same(text + length - ending, end);
}

// The spool is on disk; what it holds, and proc(5), is the input's.
long open_file(const char *path, int flags) {
  CHECK((flags & O_ACCMODE) == O_RDONLY);
  if (after(path, "/proc/") != NULL) return descriptor_of(parts[STAT], lengths[STAT]);
  const char *inside = after(path, "@spool/");
  int is_known = inside != NULL && (after(inside, "pending/") != NULL || after(inside, "live/") != NULL);
  int part = is_known                     ? PENDING
             : ends_with(path, "/pid")    ? PID
             : ends_with(path, "/report") ? REPORT
             : ends_with(path, "/exit")   ? EXIT
                                          : -1;
  return part < 0 || lengths[part] == 0 ? -ENOENT : descriptor_of(parts[part], lengths[part]);
}
long execute(const char *path, char *const argv[], char *const env[]) { return (void)path, (void)argv, (void)env, -ENOENT; }

// In the working directory.
static void make_spool(void) {
  if (spool.length > 0) return;
  append(&spool, "@spool");
  for (const char *const *name = (const char *const[]){"@spool", "@spool/pending", "@spool/live", "@spool/pids", NULL}; *name != NULL; name++)
    CHECK(mkdir(*name, 0700) == 0);
}

// A pid file counts by its time; what it says is the input's.
static void make_pid_file(void) {
  long fd = system_call(SYS_openat, AT_FDCWD, (long)"@spool/pid", O_WRONLY | O_CREAT | O_CLOEXEC, 0600, 0);
  CHECK(fd >= 0);
  system_call(SYS_close, fd, 0, 0, 0, 0);
}

// A line and nothing but a line: nothing that a container writes begins another record.
static void check_record(void) {
  if (record.length == 0) return;
  const char *text = record.text;
  CHECK(record.length <= MOST_RECORD);
  CHECK(text[0] == '\n');
  for (size_t i = 1; i + 1 < record.length; i++) CHECK(text[i] != '\n');
  if (!record.is_full) CHECK(text[record.length - 1] == '\n');
}

static void empty_log(void) {
  struct path log;
  path_in(&log, &spool, "/log", "");
  remove_file(log.text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const char *const verbs[] = {"create", "run", "exec", "start", "delete", NULL};
  make_spool();
  make_pid_file();
  for (int i = 0; i < PARTS; i++) {
    parts[i] = next_part(&data, &size, '\f', &lengths[i]);
    if (parts[i] == NULL) lengths[i] = 0;
  }
  struct observed observed = {.spool = &spool, .verb = "create", .pid = 4242, .began = 1};
  for (size_t i = 0; verbs[i] != NULL && lengths[HOW] > 0; i++)
    if (verbs[i][0] == parts[HOW][0]) observed.verb = verbs[i];
  if (lengths[HOW] > 1) observed.code = parts[HOW][1] & 1;
  if (same(observed.verb, "start") || same(observed.verb, "delete")) observed.id = "an-id";
  record.length = 0;
  record.is_full = 0;
  write_record(&observed);
  check_record();
  empty_log();
  for (int i = 0; i < PARTS; i++) free(parts[i]);
  system_call(SYS_close_range, 3, ~0U, 0, 0, 0);
  return 0;
}
