#pragma once

#include "base/error.h"
#include "client.h"
#include "command.h"
#include "json.h"

#include <functional>
#include <string>

/// What commands do with answers.
namespace aip::agentctl {

/// For people, in lines.
using View = std::function<std::string(Json answer)>;

/// What is done is done; what does it say of success? Returns an ExitCode.
using Verdict = std::function<int(Json answer)>;

/// Prints the answer, or says why there is none; returns an ExitCode, that of `verdict` if there is an answer. With
/// --json it is the JSON of the agent, or an error in the same form.
int present(Context& context, const base::Result<Answer>& answer, const View& view, const Verdict& verdict = {});

/// Asks and presents.
int present(Context& context, const Ask& request, const View& view);

/// Of an answer that is not good(): a sentence, with the word for its code.
std::string whyNot(const Answer& answer);

/// Says why something is not done; returns the ExitCode of that.
int complain(Context& context, const base::Error& why);
/// The same of an answer that is not good().
int complain(Context& context, const Answer& answer);

}  // namespace aip::agentctl
