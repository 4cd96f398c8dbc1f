// SPDX-License-Identifier: GPL-2.0-only
#include "fuzz/wanted.hpp"

#include "fuzz/failure.hpp"

#include <algorithm>

namespace fuzz {
namespace {

constexpr std::string_view no_exception = "-";

bool is_property(std::string_view id)
{
    for (std::size_t i = 0; i < properties::property_count; ++i)
        if (properties::property_row(static_cast<properties::Property>(i)).id == id)
            return true;
    return false;
}

bool is_exception(std::string_view id)
{
    const auto rows = properties::exceptions();
    return id == no_exception ||
           std::any_of(rows.begin(), rows.end(), [&](const auto &row) { return row.id == id; });
}

// Empty if nothing is.
std::string wrong_with(std::string_view identity, std::string_view exception)
{
    const std::size_t colon = identity.find(':');
    if (colon == std::string_view::npos || colon + 1 == identity.size())
        return "is not property:cause, or that and the id of an exception";
    if (!is_property(identity.substr(0, colon)))
        return "names no property (see hmemfuzz properties)";
    if (!exception.empty() && !is_exception(exception))
        return "names no exception (see hmemfuzz exceptions)";
    return {};
}

} // namespace

std::variant<Wanted, std::string> Wanted::parse(std::string_view list)
{
    Wanted wanted;
    for (std::size_t number = 1; !list.empty(); ++number) {
        const std::string_view line = list.substr(0, list.find('\n'));
        list.remove_prefix(std::min(line.size() + 1, list.size()));
        const std::size_t space = std::min(line.find(' '), line.size());
        Item item{std::string(line.substr(0, space)),
                  std::string(line.substr(std::min(space + 1, line.size())))};
        if (const std::string wrong = wrong_with(item.identity, item.exception); !wrong.empty())
            return "line " + std::to_string(number) + ": '" + std::string(line) + "' " + wrong;
        wanted.items_.push_back(std::move(item));
    }
    if (wanted.items_.empty())
        return "nothing is named";
    return wanted;
}

bool Wanted::see(const properties::Finding &finding, std::uint64_t execution)
{
    const auto &judgement = finding.judgement;
    const std::string_view exception =
        judgement.status == properties::Status::violation ? no_exception : judgement.id;
    const std::string identity = properties::identity(finding.violation);
    bool last = false;
    for (Item &item : items_) {
        if (item.seen || item.identity != identity ||
            !(item.exception.empty() || item.exception == exception))
            continue;
        item.seen = last = true;
        tell("found ", std::to_string(execution), identity + ' ' + std::string(exception));
    }
    return last && std::all_of(items_.begin(), items_.end(), [](const Item &i) { return i.seen; });
}

} // namespace fuzz
