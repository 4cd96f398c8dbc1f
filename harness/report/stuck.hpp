// SPDX-License-Identifier: GPL-2.0-only
// A deadlock, task by task: what each holds, what it waits for, and who has that.
#pragma once

#include "run/machine.hpp"
#include "scenario/scenario.hpp"

#include <string>

namespace report {

// One line a task, indented by three spaces; empty if the run had no deadlock:
//
//     admin holds hmem_platform.0 and waits for work item resolution (with resolution)
std::string stuck_text(const run::Result &result, const scenario::Scenario &scenario);

} // namespace report
