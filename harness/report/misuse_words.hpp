// SPDX-License-Identifier: GPL-2.0-only
// What the kernel itself complained about, as a sentence:
// "WARN at flush_work(resolution): work item has no function, in dax_hmem_exit".
#pragma once

#include "kernel/event.hpp"

#include <string>

namespace report {

// `event` is of EventKind::misuse; `last_point` is the point its task passed last, or nullptr.
std::string misuse_sentence(const kernel::Event &event, const kernel::Event *last_point);

} // namespace report
