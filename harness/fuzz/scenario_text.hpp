// SPDX-License-Identifier: GPL-2.0-only
// What fuzz_scenario_text asks of the text form for any bytes: an error whose place is in the text,
// or a scenario that prints to a text which reads as the same and prints the same.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace fuzz {

// Empty, or what does not hold, in a few words without numbers.
std::string_view broken_rule_of_text(std::string_view text);

// Aborts with the identity "scenario-text <what>". Returns 0.
int scenario_text(const std::uint8_t *data, std::size_t size);

} // namespace fuzz
