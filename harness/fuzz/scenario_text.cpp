// SPDX-License-Identifier: GPL-2.0-only
#include "fuzz/scenario_text.hpp"

#include "fuzz/failure.hpp"

#include <algorithm>
#include <cstdlib>
#include <string>

namespace fuzz {
namespace {

// Right behind the last character of a line is a place, too: there something is missing.
bool lies_in(const scenario::TextError &error, std::string_view text)
{
    for (int line = 1; line < error.line; ++line) {
        const std::size_t end = text.find('\n');
        if (end == text.npos)
            return false;
        text.remove_prefix(end + 1);
    }
    text = text.substr(0, text.find('\n'));
    const auto characters = std::count_if(text.begin(), text.end(), [](char byte) {
        return (static_cast<unsigned char>(byte) & 0xc0) != 0x80; // no continuation in UTF-8
    });
    return error.line >= 1 && error.column >= 1 && error.column <= characters + 1;
}

[[noreturn, gnu::noinline]] void scenario_text_broken(std::string_view rule)
{
    tell_identity("scenario-text", rule);
    std::abort();
}

} // namespace

std::string_view broken_rule_of_text(std::string_view text, const TextForm &form,
                                     const TextObserver &observer)
{
    const auto parsed = form.parse(text);
    if (const auto *error = std::get_if<scenario::TextError>(&parsed)) {
        if (observer)
            observer(*error);
        if (error->message.empty())
            return "an error without a message";
        return lies_in(*error, text) ? std::string_view() : "an error outside of the text";
    }
    const auto &scenario = std::get<scenario::Scenario>(parsed);
    const std::string printed = form.print(scenario);
    if (observer)
        observer(printed);
    const auto again = form.parse(printed);
    if (!std::holds_alternative<scenario::Scenario>(again))
        return "what is printed is not read";
    if (std::get<scenario::Scenario>(again) != scenario)
        return "what is printed reads as another scenario";
    if (form.print(std::get<scenario::Scenario>(again)) != printed)
        return "what is printed prints differently";
    return {};
}

int scenario_text(const std::uint8_t *data, std::size_t size, const TextObserver &observer)
{
    const std::string_view rule =
        broken_rule_of_text({reinterpret_cast<const char *>(data), size}, {}, observer);
    if (!rule.empty())
        scenario_text_broken(rule);
    return 0;
}

} // namespace fuzz
