#pragma once

#include <aip/ext/thread_check.h>

namespace aip::hosting {

/// aip.thread-check/1 for one plugin: knows which threads are inside it, because each call into it is made within a
/// Scope. Any thread.
class ThreadCheck {
  public:
    enum class Tag { any, control, worker };

    ThreadCheck();
    ThreadCheck(const ThreadCheck&) = delete;
    ThreadCheck& operator=(const ThreadCheck&) = delete;

    const aip_thread_check* table() const { return &_table; }

    /// During its lifetime this thread is inside a function of the plugin with that tag. The innermost scope counts.
    class Scope {
      public:
        Scope(const ThreadCheck& plugin, Tag tag);
        ~Scope();
        Scope(const Scope&) = delete;
        Scope& operator=(const Scope&) = delete;

      private:
        const ThreadCheck* _outerPlugin;
        Tag _outerTag;
    };

  private:
    static int32_t isControl(const aip_thread_check* check);
    static int32_t isWorker(const aip_thread_check* check);

    aip_thread_check _table;
};

}  // namespace aip::hosting
