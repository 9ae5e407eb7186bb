#include "record.h"

#include <linux/time.h>

#include "events.h"
#include "number.h"
#include "system.h"

// shim/events/spool.ts has the same bound, and says how the file is written and read.
enum { MOST_SPOOL = 16 << 20, MOST_RECORD = 512 << 10, MOST_FILE = 64 << 10, MOST_TRIES = 8 };
// flock(2), statx(2): their headers want a C library.
enum { LOCK_SHARED = 1, LOCK_NO_WAIT = 4, EMPTY_PATH = 0x1000 };
// How long a report's last line may take to be copied once its engine has exited, in milliseconds.
enum { MAX_REPORT_WAIT = 1000, REPORT_POLL = 2 };

static struct {
  char text[MOST_RECORD];
  size_t length;
  int is_full;
} record;

static void add_byte(char byte) {
  if (record.length < MOST_RECORD) record.text[record.length++] = byte;
  else record.is_full = 1;
}

static void add(const char *text) {
  while (*text != 0) add_byte(*text++);
}

static void add_number(const char *name, unsigned long number) {
  char digits[24] = {0};
  add(name);
  add(write_number(digits + sizeof digits - 1, number));
}

// As a JSON string; bytes that are no UTF-8 are the reader's to replace.
static void add_string(const char *name, const char *bytes, size_t count) {
  static const char hex[] = "0123456789abcdef";
  add(name);
  add("\"");
  for (size_t i = 0; i < count; i++) {
    unsigned char byte = (unsigned char)bytes[i];
    if (byte < 0x20 || byte == 0x7f) {
      add("\\u00");
      add_byte(hex[byte >> 4]);
      add_byte(hex[byte & 15]);
    } else {
      if (byte == '"' || byte == '\\') add_byte('\\');
      add_byte((char)byte);
    }
  }
  add("\"");
}

static void path_in(struct path *path, const struct path *spool, const char *folder, const char *name) {
  path->length = 0;
  append(path, spool->text);
  append(path, folder);
  append(path, name);
}

static void remove_file(const char *path) { system_call(SYS_unlinkat, AT_FDCWD, (long)path, 0, 0, 0); }

// Opens a regular file, and says what it is. Others may write where it stands: no link is followed, nor a FIFO waited for.
static long open_regular(const char *path, struct statx *stat) {
  if (path == NULL || *path == 0) return -1;
  long fd = open_file(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
  if (fd < 0) return -1;
  if (system_call(SYS_statx, fd, (long)"", EMPTY_PATH, STATX_BASIC_STATS, (long)stat) == 0 &&
      (stat->stx_mode & S_IFMT) == S_IFREG)
    return fd;
  system_call(SYS_close, fd, 0, 0, 0, 0);
  return -1;
}

// The bytes of an open file, a NUL behind them; the last of them where it is too long. It is closed.
static long read_open(long fd, char *into, long most) {
  long end = system_call(SYS_lseek, fd, 0, SEEK_END, 0, 0), length = 0;
  system_call(SYS_lseek, fd, end > most - 1 ? end - (most - 1) : 0, SEEK_SET, 0, 0);
  for (long got = 1; got > 0 && length < most - 1; length += got > 0 ? got : 0)
    got = system_call(SYS_read, fd, (long)(into + length), most - 1 - length, 0, 0);
  into[length] = 0;
  system_call(SYS_close, fd, 0, 0, 0, 0);
  return length;
}

// The same of a file by its name. -1 where there is none.
static long read_file(const char *path, char *into, long most) {
  struct statx stat;
  long fd = open_regular(path, &stat);
  return fd < 0 ? -1 : read_open(fd, into, most);
}

// The beginning of a file without a length, as those of proc(5).
static long read_start_of(const char *path, char *into, long most) {
  into[0] = 0;
  long fd = open_file(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return -1;
  long length = system_call(SYS_read, fd, (long)into, most - 1, 0, 0);
  into[length > 0 ? length : 0] = 0;
  system_call(SYS_close, fd, 0, 0, 0, 0);
  return length;
}

// What wrun has left of a container: five lines (shim/events/pending.ts).
struct known {
  char text[MOST_FILE];
  char *key, *pid_file, *report, *exit_file, *fields;
};

static int read_known(const char *path, struct known *known) {
  if (read_file(path, known->text, MOST_FILE) <= 0) return 0;
  char **lines[] = {&known->key, &known->pid_file, &known->report, &known->exit_file, &known->fields};
  char *at = known->text;
  for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
    *lines[i] = at;
    while (*at != 0 && *at != '\n') at++;
    if (*at == 0) return 0;
    *at++ = 0;
  }
  return 1;
}

unsigned long now_in_microseconds(void) {
  struct __kernel_timespec now = {0, 0};
  system_call(SYS_clock_gettime, 0, (long)&now, 0, 0, 0);
  return (unsigned long)now.tv_sec * 1000000 + (unsigned long)now.tv_nsec / 1000;
}

// The pid in a file that is no older than the verb; 0 where there is none.
static unsigned long pid_in(const char *path, unsigned long began) {
  static char text[24];
  struct statx stat;
  long fd = open_regular(path, &stat);
  if (fd < 0) return 0;
  // A file's time is that of the last tick of the clock.
  unsigned long made = (unsigned long)stat.stx_mtime.tv_sec * 1000000 + stat.stx_mtime.tv_nsec / 1000;
  if (read_open(fd, text, sizeof text) <= 0 || made + 20000 < began) return 0;
  unsigned long pid = 0;
  for (const char *at = text; *at >= '0' && *at <= '9'; at++) pid = pid * 10 + (unsigned long)(*at - '0');
  return pid;
}

// When a process started, in ticks after boot: field 22 of its stat, of which field 2, in brackets, may hold anything. proc(5)
static void add_start_time(unsigned long pid) {
  static struct path path;
  static char text[1024];
  char digits[24] = {0};
  path.length = 0;
  append(&path, "/proc/");
  append(&path, write_number(digits + sizeof digits - 1, pid));
  append(&path, "/stat");
  long length = read_start_of(path.text, text, sizeof text);
  char *at = text + (length > 0 ? length : 0);
  while (at > text && *at != ')') at--;
  for (int field = 2; field < 22 && *at != 0; at++)
    if (*at == ' ') field++;
  char *end = at;
  while (*end >= '0' && *end <= '9') end++;
  add_string(",\"startTime\":", at, (size_t)(end - at));
}

// FNV-1a of the root, a line feed and the id, in hexadecimal (shim/events/key.ts).
static const char *key_of(const char *root, const char *id) {
  static char key[17];
  unsigned long hash = 0xcbf29ce484222325;
  for (const char *part = root == NULL ? "" : root;; part = id) {
    for (; *part != 0; part++) hash = (hash ^ (unsigned char)*part) * 0x100000001b3;
    if (part == id + length_of(id)) break;
    hash = (hash ^ '\n') * 0x100000001b3;
  }
  for (int i = 0; i < 16; i++) key[i] = "0123456789abcdef"[hash >> (60 - 4 * i) & 15];
  return key;
}

static long open_locked(const char *path) {
  for (int tries = 0; tries < MOST_TRIES; tries++) {
    struct statx ours, there;
    long fd = system_call(SYS_openat, AT_FDCWD, (long)path,
                          O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600, 0);
    if (fd < 0) return fd;
    if (system_call(SYS_flock, fd, LOCK_SHARED | LOCK_NO_WAIT, 0, 0, 0) == 0 &&
        system_call(SYS_statx, fd, (long)"", EMPTY_PATH, STATX_BASIC_STATS, (long)&ours) == 0 &&
        stat_file(path, &there) == 0 && ours.stx_ino == there.stx_ino)
      return fd;
    system_call(SYS_close, fd, 0, 0, 0, 0);
  }
  return -1;
}

static int append_to_log(const struct path *spool) {
  static struct path log;
  path_in(&log, spool, "/log", "");
  long fd = record.is_full ? -1 : open_locked(log.text);
  if (fd < 0) return 0;
  long size = system_call(SYS_lseek, fd, 0, SEEK_END, 0, 0), length = (long)record.length;
  return size + length <= MOST_SPOOL && system_call(SYS_write, fd, (long)record.text, length, 0, 0) == length;
}

static void count_drop(const struct path *spool) {
  static struct path dropped;
  path_in(&dropped, spool, "/dropped", "");
  long fd = system_call(SYS_openat, AT_FDCWD, (long)dropped.text,
                        O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600, 0);
  if (fd >= 0) system_call(SYS_write, fd, (long)".", 1, 0, 0);
}

static void add_file(const char *name, const char *path) {
  static char text[MOST_FILE];
  long length = read_file(path, text, MOST_FILE);
  if (length >= 0) add_string(name, text, (size_t)length);
}

// The process that copies an engine's reports holds a lock until the engine has exited and all is copied.
static void await_copy(const char *path) {
  long fd = path == NULL || *path == 0 ? -1 : open_file(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
  if (fd < 0) return;
  struct __kernel_timespec pause = {0, REPORT_POLL * 1000000};
  for (int waited = 0; waited < MAX_REPORT_WAIT; waited += REPORT_POLL) {
    if (system_call(SYS_flock, fd, LOCK_SHARED | LOCK_NO_WAIT, 0, 0, 0) != -EAGAIN) break;
    system_call(SYS_nanosleep, (long)&pause, 0, 0, 0, 0);
  }
  system_call(SYS_close, fd, 0, 0, 0, 0);
}

static void remove_report(const struct path *spool, const char *key) {
  static struct path report;
  path_in(&report, spool, "/reports/", key);
  remove_file(report.text);
}

static void add_head(const struct observed *observed, const char *key) {
  add("\n{\"kind\":\"verb\",\"verb\":\"");
  add(observed->verb);
  add_number("\",\"began\":", observed->began);
  add_number(",\"at\":", now_in_microseconds());
  add_number(",\"code\":", (unsigned long)observed->code);
  add_string(",\"key\":", key, length_of(key));
}

static void finish(const struct observed *observed) {
  add("}\n");
  if (!append_to_log(observed->spool)) count_drop(observed->spool);
}

static void pending_in(struct path *pending, const struct observed *observed) {
  char digits[24] = {0};
  path_in(pending, observed->spool, "/pending/", write_number(digits + sizeof digits - 1, (unsigned long)observed->pid));
}

static unsigned long pid_of(const struct known *known, const struct observed *observed) {
  // wrun has removed ours before: it is new, even where the clock has been set back since.
  int is_ours = after(known->pid_file, observed->spool->text) != NULL;
  return pid_in(known->pid_file, is_ours ? 0 : observed->began);
}

int copy_early_reports(const struct observed *observed) {
  static struct path pending;
  static struct known known;
  receive_reports(observed->reports);
  if (observed->reports->stashed == 0) return 1;
  pending_in(&pending, observed);
  if (!is_ours_alone(observed->spool) || !read_known(pending.text, &known)) return 0;
  copy_reports(observed->reports, pid_of(&known, observed), known.report);
  return observed->reports->stashed == 0;
}

// create, run, exec: what wrun has left under its pid says which container it is. It leaves nothing where it was asked for
// help, or could not write: then nobody could count it, either.
static void write_made(const struct observed *observed) {
  static struct path pending, live;
  static struct known known;
  int is_run = same(observed->verb, "run"), is_create = same(observed->verb, "create");
  pending_in(&pending, observed);
  if (!read_known(pending.text, &known)) return;
  int is_ours = after(known.pid_file, observed->spool->text) != NULL;
  unsigned long pid = pid_of(&known, observed);
  if (observed->reports != NULL) {
    receive_reports(observed->reports);
    copy_reports(observed->reports, pid, known.report);
  }
  path_in(&live, observed->spool, "/live/", known.key);
  if (!is_create || observed->code != 0) {
    remove_file(pending.text);
    if (is_ours) remove_file(known.pid_file);
  } else {
    system_call(SYS_renameat2, AT_FDCWD, (long)pending.text, AT_FDCWD, (long)live.text, 0);
  }
  if (is_create && observed->code != 0) return;
  add_head(observed, known.key);
  add_number(",\"pid\":", pid);
  if (pid != 0) add_start_time(pid);
  if (is_run) {
    add_file(",\"report\":", known.report);
    add_file(",\"exit\":", known.exit_file);
  }
  add(",");
  add(known.fields);
  finish(observed);
  if (observed->reports == NULL) return;
  follow_reports(observed->reports, pid);
  // Its text stands in the record.
  if (is_run && observed->reports->receiver < 0) remove_report(observed->spool, known.key);
}

static void write_lived(const struct observed *observed) {
  static struct path live, pid_file;
  static struct known known;
  const char *key = key_of(observed->root, observed->id);
  if (observed->code != 0) return;
  add_head(observed, key);
  if (same(observed->verb, "delete")) {
    path_in(&live, observed->spool, "/live/", key);
    path_in(&pid_file, observed->spool, "/pids/", key);
    if (read_known(live.text, &known)) {
      await_copy(known.report);
      add_file(",\"report\":", known.report);
      add_file(",\"exit\":", known.exit_file);
    }
    remove_report(observed->spool, key);
    remove_file(live.text);
    remove_file(pid_file.text);
  }
  finish(observed);
}

void write_record(const struct observed *observed) {
  if (!is_ours_alone(observed->spool)) return;
  if (observed->id == NULL) write_made(observed);
  else write_lived(observed);
}
