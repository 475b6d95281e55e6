// Only for ThreadSanitizer, which otherwise lets a process linger for a second before it ends, and has it fail for
// threads that a plugin leaves behind.

extern "C" const char* __tsan_default_options();  // NOLINT: its name

extern "C" const char* __tsan_default_options() {
    return "atexit_sleep_ms=0:report_thread_leaks=0";
}
