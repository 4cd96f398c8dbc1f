// SPDX-License-Identifier: GPL-2.0-only
// A deadlock, task by task: what each holds, what it waits for, and who has that.
#pragma once

#include "run/machine.hpp"
#include "scenario/scenario.hpp"

#include <string>

namespace report {

// One line a task; empty if the run had no deadlock:
//
//        Tasks: admin holds hmem_platform.0 and waits for work item resolution (with resolution)
//               resolution waits for lock hmem_platform.0 (with admin)
std::string stuck_text(const run::Result &result, const scenario::Scenario &scenario);

} // namespace report
