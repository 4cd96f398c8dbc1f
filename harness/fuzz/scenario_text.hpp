// SPDX-License-Identifier: GPL-2.0-only
// What fuzz_scenario_text asks of the text form for any bytes: an error whose place is in the text,
// or a scenario that prints to a text which reads as the same and prints the same.
#pragma once

#include "scenario/text.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <variant>

namespace fuzz {

// What is asked: the text form, or one with a mistake, to see that it is found.
struct TextForm {
    std::variant<scenario::Scenario, scenario::TextError> (*parse)(std::string_view text) =
        [](std::string_view text) { return scenario::parse_text(text); };
    std::string (*print)(const scenario::Scenario &scenario) = scenario::print_text;
};

// Sees what came of reading a text: an error, or what the scenario prints to.
using TextObserver = std::function<void(const std::variant<std::string, scenario::TextError> &)>;

// Empty, or what does not hold, in a few words without numbers.
std::string_view broken_rule_of_text(std::string_view text, const TextForm &form = {},
                                     const TextObserver &observer = nullptr);

// Aborts with the identity "scenario-text <what>". Returns 0.
int scenario_text(const std::uint8_t *data, std::size_t size,
                  const TextObserver &observer = nullptr);

} // namespace fuzz
