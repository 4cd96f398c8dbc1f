// SPDX-License-Identifier: GPL-2.0-only
// Where a command writes: stdout, or a file that is written whole or not at all.
#pragma once

#include "report/paint.hpp"

#include <string>
#include <string_view>

namespace cli {

// Throws Failure if stdout takes no more.
void print(std::string_view text);

// Colours if stdout is a terminal and neither NO_COLOR nor TERM=dumb says otherwise.
report::Paint paint_for_stdout();

// "-" is stdout. A regular file is replaced in one step; what is no regular file (/dev/null, a
// pipe) is written to directly. Throws Failure.
void write_file(const std::string &path, std::string_view bytes);

} // namespace cli
