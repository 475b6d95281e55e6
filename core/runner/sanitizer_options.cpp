// Only with sanitizers. ThreadSanitizer would delay the end of a process by a second, and report threads that a plugin
// leaves behind as errors. The search for leaks needs to trace the process, which its confinement forbids; the runner
// ends without it anyway, unless a plugin calls exit().

extern "C" const char* __tsan_default_options();  // NOLINT: its name
extern "C" const char* __lsan_default_options();  // NOLINT: its name

extern "C" const char* __tsan_default_options() {
    return "atexit_sleep_ms=0:report_thread_leaks=0";
}

extern "C" const char* __lsan_default_options() {
    return "detect_leaks=0";
}
