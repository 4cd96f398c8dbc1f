// SPDX-License-Identifier: GPL-2.0-only
// How the command ends: exit codes, and what is thrown to get there. Nothing here is thrown while a
// scenario runs.
#pragma once

#include <stdexcept>
#include <string>

namespace cli {

enum ExitCode : int {
    exit_clean = 0,      // nothing, or only what is accepted or open
    exit_violation = 1,  // or not as expected
    exit_bad_input = 2,  // or bad usage; nothing was written
    exit_no_verdict = 3, // not modelled, a fault that never fired, trouble of the harness itself
};

// The message is for stderr, complete, without a newline at its end.
class Failure : public std::runtime_error {
public:
    Failure(ExitCode code, const std::string &message) : std::runtime_error(message), code_(code) {}
    ExitCode code() const { return code_; }

private:
    ExitCode code_;
};

} // namespace cli
