#include "runner/artifact_offers.h"

#include <new>
#include <string>

namespace aip::runner {
namespace {

base::Result<void> verdictOf(const link::Answer& answer) {
    if (answer.code == 0) {
        return {};
    }
    const auto code = static_cast<base::Code>(answer.code);
    try {
        return base::Error(code, std::string(answer.text));
    } catch (const std::bad_alloc&) {
        return base::Error(code, "");  // who waits must hear of it
    }
}

}  // namespace

base::Result<void> ArtifactOffers::offer(const hosting::Artifact& artifact) {
    std::unique_lock lock(_mutex);
    const std::uint32_t request = _next++;
    Question& question = _questions[request];
    lock.unlock();
    const auto sent = _link.send(link::Offer{request, artifact.size, artifact.callId, artifact.name, artifact.mimeType},
                                 artifact.content);
    lock.lock();
    _changed.wait(lock, [&] { return question.answered || !sent; });
    auto answer = sent ? question.answer : sent;
    _questions.erase(request);
    return answer;
}

void ArtifactOffers::answer(const link::Answer& answer) {
    const std::lock_guard lock(_mutex);
    const auto found = _questions.find(answer.request);
    if (found == _questions.end()) {
        return;
    }
    found->second.answered = true;
    found->second.answer = verdictOf(answer);
    _changed.notify_all();
}

}  // namespace aip::runner
