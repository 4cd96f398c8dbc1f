// SPDX-License-Identifier: GPL-2.0-only
// Operations, switches and faults, read and printed; see sentences.hpp.
#include "scenario/sentences.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace scenario {
namespace {

using kernel::Name;
using kernel::Occasion;

// Counts of arrivals, calls and points, from 1, and the pick of an indexed switch.
constexpr unsigned count_max = std::numeric_limits<std::uint16_t>::max();
constexpr unsigned pick_max = std::numeric_limits<std::uint8_t>::max();

std::vector<std::string_view> split(std::string_view text)
{
    std::vector<std::string_view> words;
    for (std::size_t space = 0; space != text.npos;) {
        space = text.find(' ');
        words.push_back(text.substr(0, space));
        text.remove_prefix(space == text.npos ? text.size() : space + 1);
    }
    return words;
}

std::string regions_of(const Layout &layout)
{
    std::string text;
    for (const Region &region : layout.regions)
        text += (text.empty() ? "" : ", ") +
                kernel::to_string(kernel::name_of(Word::region, region.number));
    return text.empty() ? "the layout has no regions" : "the layout has " + text;
}

std::optional<Name> read_region(std::string_view text, const Layout &layout, std::string &why)
{
    for (const Region &region : layout.regions) {
        const Name name = kernel::name_of(Word::region, region.number);
        if (text == kernel::to_string(name))
            return name;
    }
    why = fmt::format("unknown region {} ({})", in_quotes(text), regions_of(layout));
    return std::nullopt;
}

std::optional<Name> read_second(std::string_view text, const Layout &layout, std::string &why)
{
    if (text != kernel::to_string(second_platform))
        why = fmt::format("unknown device {} (expected hmem_platform.1)", in_quotes(text));
    else if (!layout.hmem_platform_1)
        why = "there is no hmem_platform.1 (the layout has no key 'hmem_platform_1')";
    else
        return second_platform;
    return std::nullopt;
}

std::optional<Name> read_device(std::string_view text, const Layout &layout, std::string &why)
{
    constexpr std::string_view by_index = "hmem#";
    if (text == kernel::to_string(second_platform))
        return read_second(text, layout, why);
    if (text.starts_with(by_index)) {
        const auto number =
            read_number("index of hmem#K", text.substr(by_index.size()), 0, hmem_indices - 1, why);
        return number ? std::optional(
                            kernel::name_of(Word::hmem, static_cast<int>(*number), hmem_by_index))
                      : std::nullopt;
    }
    std::string unused;
    const auto name = read_object(text, unused);
    if (name == kernel::name_of(Word::hmem_platform, 0) ||
        name == kernel::name_of(Word::cxl_acpi) ||
        (name && name->word == Word::hmem && name->number >= 0))
        return name;
    if (const auto region = read_region(text, layout, unused))
        return region;
    why = fmt::format("unknown device {} (expected hmem_platform.0, hmem.N, hmem#K with K from 0 "
                      "to {}, cxl_acpi or a region; {})",
                      in_quotes(text), hmem_indices - 1, regions_of(layout));
    return std::nullopt;
}

std::optional<Name> read_operand(const OperationRow &row, std::string_view text,
                                 const Layout &layout, std::string &why)
{
    if (row.operand == Operand::none) {
        if (text.empty())
            return kernel::name_of(Word::slow);
        why = fmt::format("operation '{}' takes no operand", row.text);
        return std::nullopt;
    }
    if (row.operand == Operand::module)
        return read_module(text, why);
    if (row.operand == Operand::added_device)
        return read_second(text, layout, why);
    return row.operand == Operand::region ? read_region(text, layout, why)
                                          : read_device(text, layout, why);
}

std::string unknown_operation(std::string_view text)
{
    std::vector<std::string_view> allowed;
    bool two_words = false;
    const std::string_view first = text.substr(0, text.find(' '));
    for (std::size_t i = 0; i < operation_codes; ++i) {
        allowed.push_back(operation_row(static_cast<OperationCode>(i)).text);
        two_words |= allowed.back().starts_with(std::string(first) + ' ');
    }
    return unknown_word("operation", two_words ? text : first, allowed);
}

std::optional<Switch> read_indexed(std::span<const std::string_view> words, std::string &why)
{
    Switch item;
    const auto gap = read_number("gap", words[1].substr(1), 1, count_max, why);
    const auto pick = gap ? read_number("pick", words[4], 0, pick_max, why) : std::nullopt;
    if (!pick)
        return std::nullopt;
    item.indexed = true;
    item.occasion = words[0] == "stop" ? Occasion::blocks : Occasion::before;
    item.gap = static_cast<std::uint16_t>(*gap);
    item.pick = static_cast<std::uint8_t>(*pick);
    return item;
}

// nullopt: no named switch has this form.
std::optional<Occasion> read_occasion(std::span<const std::string_view> words)
{
    const std::size_t count = words.size();
    if (count < 5 || !words[count - 3].starts_with('#') || words[count - 2] != "->")
        return std::nullopt;
    if (count == 7 && words[1] == "before")
        return Occasion::before;
    if (count == 7 && words[1] == "blocks" && words[2] == "on")
        return Occasion::blocks;
    return count == 5 && words[1] == "ends" ? std::optional(Occasion::ends) : std::nullopt;
}

} // namespace

std::optional<Operation> read_operation(std::string_view text, const Layout &layout,
                                        std::string &why)
{
    for (std::size_t i = 0; i < operation_codes; ++i) {
        const auto code = static_cast<OperationCode>(i);
        const OperationRow &row = operation_row(code);
        if (!text.starts_with(row.text))
            continue;
        std::string_view rest = text.substr(row.text.size());
        if (!rest.empty() && rest[0] != ' ')
            continue;
        if (!rest.empty())
            rest.remove_prefix(1);
        const auto object = read_operand(row, rest, layout, why);
        return object ? std::optional(Operation{code, *object}) : std::nullopt;
    }
    why = unknown_operation(text);
    return std::nullopt;
}

std::string operation_text(const Operation &operation)
{
    const OperationRow &row = operation_row(operation.code);
    const Name object = operation.object;
    if (row.operand == Operand::none)
        return std::string(row.text);
    if (object.word == Word::hmem && object.part == hmem_by_index)
        return fmt::format("{} hmem#{}", row.text, object.number);
    return fmt::format("{} {}", row.text, kernel::to_string(object));
}

std::optional<Switch> read_switch(std::string_view text, Actors actors, std::string &why)
{
    const auto words = split(text);
    if (words.size() == 5 && (words[0] == "point" || words[0] == "stop") &&
        words[1].starts_with('+') && words[2] == "->" && words[3] == "runnable")
        return read_indexed(words, why);
    const auto occasion = read_occasion(words);
    if (!occasion) {
        why =
            fmt::format("switch {} is not of the form 'ROLE before POINT OBJECT #N -> ROLE', 'ROLE "
                        "blocks on OBJECT #N -> ROLE', 'ROLE ends #N -> ROLE' or 'point +GAP -> "
                        "runnable PICK', 'stop +GAP -> runnable PICK'",
                        in_quotes(text));
        return std::nullopt;
    }
    Switch item;
    item.occasion = *occasion;
    const auto role = read_role(words[0], actors, why);
    if (!role)
        return std::nullopt;
    item.role = *role;
    if (item.occasion == Occasion::before) {
        const auto point = read_point(words[2], why);
        if (!point)
            return std::nullopt;
        item.point = *point;
    }
    if (item.occasion != Occasion::ends) {
        const auto object = read_object(words[3], why);
        if (!object)
            return std::nullopt;
        item.object = *object;
    }
    const auto arrival =
        read_number("arrival", words[words.size() - 3].substr(1), 1, count_max, why);
    const auto target = arrival ? read_role(words.back(), actors, why) : std::nullopt;
    if (!target)
        return std::nullopt;
    item.arrival = static_cast<std::uint16_t>(*arrival);
    item.target = *target;
    return item;
}

std::string switch_text(const Switch &item, Actors actors)
{
    if (item.indexed)
        return fmt::format("{} +{} -> runnable {}",
                           item.occasion == Occasion::before ? "point" : "stop", item.gap,
                           item.pick);
    std::string what = "ends";
    if (item.occasion == Occasion::before)
        what = fmt::format("before {} {}", kernel::point_text(item.point),
                           kernel::to_string(item.object));
    else if (item.occasion == Occasion::blocks)
        what = fmt::format("blocks on {}", kernel::to_string(item.object));
    return fmt::format("{} {} #{} -> {}", role_text(item.role, actors), what, item.arrival,
                       role_text(item.target, actors));
}

std::optional<Fault> read_fault(std::string_view text, Actors actors, std::string &why)
{
    constexpr std::string_view by_number = "nth ";
    Fault fault;
    const auto colon = text.find(": ");
    std::string_view call = colon == text.npos ? "" : text.substr(colon + 2);
    const auto open = call.find('(');
    const auto close = call.find(")#");
    fault.nth = call.starts_with(by_number);
    if (!fault.nth && (open == call.npos || close == call.npos || close < open)) {
        why = fmt::format("fault {} is not of the form 'ROLE: SITE(OBJECT)#N' or 'ROLE: nth N'",
                          in_quotes(text));
        return std::nullopt;
    }
    const auto role = read_role(text.substr(0, colon), actors, why);
    if (!role)
        return std::nullopt;
    fault.role = *role;
    std::string_view count = call.substr(fault.nth ? by_number.size() : close + 2);
    if (!fault.nth) {
        const auto site = read_site(call.substr(0, open), why);
        const auto object =
            site ? read_object(call.substr(open + 1, close - open - 1), why) : std::nullopt;
        if (!object)
            return std::nullopt;
        fault.site = *site;
        fault.object = *object;
    }
    const auto number = read_number("count", count, 1, count_max, why);
    if (!number)
        return std::nullopt;
    fault.count = static_cast<std::uint16_t>(*number);
    return fault;
}

std::string fault_text(const Fault &fault, Actors actors)
{
    const std::string role = role_text(fault.role, actors);
    if (fault.nth)
        return fmt::format("{}: nth {}", role, fault.count);
    return fmt::format("{}: {}({})#{}", role, kernel::site_text(fault.site),
                       kernel::to_string(fault.object), fault.count);
}

} // namespace scenario
