#include "hosting/thread_check.h"

namespace aip::hosting {
namespace {

using Tag = ThreadCheck::Tag;

thread_local const ThreadCheck* insidePlugin = nullptr;
thread_local Tag insideTag = Tag::any;

int32_t isInside(const aip_thread_check* check, Tag tag) {
    return insidePlugin == check->context && insideTag == tag ? 1 : 0;
}

}  // namespace

ThreadCheck::ThreadCheck()
    : _table{AIP_END_OF(aip_thread_check, is_worker_thread), 0, this, &ThreadCheck::isControl, &ThreadCheck::isWorker} {
}

int32_t ThreadCheck::isControl(const aip_thread_check* check) {
    return isInside(check, Tag::control);
}
int32_t ThreadCheck::isWorker(const aip_thread_check* check) {
    return isInside(check, Tag::worker);
}

ThreadCheck::Scope::Scope(const ThreadCheck& plugin, Tag tag) : _outerPlugin(insidePlugin), _outerTag(insideTag) {
    insidePlugin = &plugin;
    insideTag = tag;
}

ThreadCheck::Scope::~Scope() {
    insidePlugin = _outerPlugin;
    insideTag = _outerTag;
}

}  // namespace aip::hosting
