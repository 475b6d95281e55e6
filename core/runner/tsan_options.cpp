// Only for ThreadSanitizer, which otherwise delays the end of a process by a second, and reports threads that a plugin
// leaves behind as errors.

extern "C" const char* __tsan_default_options();  // NOLINT: its name

extern "C" const char* __tsan_default_options() {
    return "atexit_sleep_ms=0:report_thread_leaks=0";
}
