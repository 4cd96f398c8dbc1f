// SPDX-License-Identifier: GPL-2.0-only
// Which build this is: what two builds found cannot be united.
#pragma once

#include <string>

namespace cli {

// Hexadecimal, the same for the same bytes of the binary, whatever it is called and wherever it runs; "unknown"
// if the linker left no mark (its option --build-id).
const std::string &build_id();

} // namespace cli
