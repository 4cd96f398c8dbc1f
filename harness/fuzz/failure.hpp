// SPDX-License-Identifier: GPL-2.0-only
// How a fuzz target reports: one line that is the crash's identity, then details, then abort.
//
// Runners tell crashes apart by the text after "ASSERTION FAILED: ", or by the names of the top
// frames. So the line holds the stable id of what must hold and a cause, no numbers and no
// addresses, and abort is called by a function that is named after what must hold. Frames with a word
// of memory management in their names are skipped, so that one property has another name there.
#pragma once

#include "properties/properties.hpp"

#include <string_view>

namespace fuzz {

// Prints a line to stderr: the lead, the two, a space between them.
void tell(const char *lead, std::string_view left, std::string_view right = {});

// "ASSERTION FAILED: <id> <cause>". Details may follow before the process is ended.
void tell_identity(std::string_view id, std::string_view cause);

// The name of the function in which abort_on ends the process: the property's, or nearly.
std::string_view frame_of(properties::Property property);

// Ends the process in a function of the property's name.
[[noreturn]] void abort_on(properties::Property property);

} // namespace fuzz
