// SPDX-License-Identifier: GPL-2.0-only
// What each operation of the table does to the simulated kernel.
#pragma once

#include "scenario/operations.hpp"

namespace run {

// Runs on an actor's task. A refusal by the kernel is an event like any other.
void execute(const scenario::Operation &operation);

} // namespace run
