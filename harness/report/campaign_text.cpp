// SPDX-License-Identifier: GPL-2.0-only
#include "report/campaign_text.hpp"

#include "report/table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace report {
namespace {

using run::Campaign;
using run::Ownership;

template <class Numbers, class IdOf>
Tally tally(std::string_view key, std::string_view text, const Numbers &numbers, IdOf id_of)
{
    Tally result{key, text, {}};
    for (std::size_t i = 0; i < numbers.size(); ++i)
        result.numbers.emplace_back(id_of(i), numbers[i]);
    return result;
}

std::vector<std::string_view> uncounted(const Tally &tally)
{
    std::vector<std::string_view> ids;
    for (const auto &[id, runs] : tally.numbers)
        if (runs == 0)
            ids.push_back(id);
    return ids;
}

Table::Line operation_line(const Tally &operation)
{
    Table::Line line = {{std::string(operation.key)}};
    for (const auto &[state, runs] : operation.numbers)
        line.push_back({runs == 0 ? "never" : fmt::format("{}", runs),
                        runs == 0 ? Tone::bad : Tone::good, true});
    return line;
}

} // namespace

std::vector<Tally> operation_tallies(const Campaign &campaign)
{
    std::vector<Tally> all;
    for (std::size_t i = 0; i < scenario::operation_codes; ++i) {
        const auto &row = scenario::operation_row(static_cast<scenario::OperationCode>(i));
        all.push_back(tally(row.text, row.help, campaign.operations[i], [](std::size_t state) {
            return run::ownership_text(static_cast<Ownership>(state));
        }));
    }
    return all;
}

std::vector<Tally> tallies(const Campaign &campaign)
{
    return {
        tally("points", "points passed", campaign.points,
              [](std::size_t i) { return kernel::point_text(static_cast<kernel::Point>(i)); }),
        tally("sites", "calls that failed", campaign.sites,
              [](std::size_t i) { return kernel::site_text(static_cast<kernel::Site>(i)); }),
        tally("properties", "properties that fired", campaign.properties,
              [](std::size_t i) {
                  return properties::property_row(static_cast<properties::Property>(i)).id;
              }),
        tally("exceptions", "accepted and open outcomes", campaign.exceptions,
              [](std::size_t i) { return properties::exceptions()[i].id; }),
    };
}

std::string campaign_text(const Campaign &campaign, Paint paint)
{
    const std::vector<Tally> operations = operation_tallies(campaign);
    Table table;
    Table::Line head = {{"operation"}};
    for (const auto &[state, runs] : operations.front().numbers)
        head.push_back({std::string(state)});
    table.add(std::move(head));
    std::size_t pairs = 0;
    std::size_t reached = 0;
    for (const Tally &operation : operations) {
        table.add(operation_line(operation));
        pairs += operation.numbers.size();
        reached += operation.numbers.size() - uncounted(operation).size();
    }
    std::string text = "Runs in which the operation began, by who had a Soft Reserved range "
                       "then:\n\n" +
                       table.text(paint) +
                       fmt::format("\noperations and owners: {} of {} pairs\n", reached, pairs);
    for (const Tally &tally : tallies(campaign)) {
        const auto never = uncounted(tally);
        text += fmt::format("{}: {} of {}", tally.text, tally.numbers.size() - never.size(),
                            tally.numbers.size());
        if (!never.empty())
            text += ", never " + paint(Tone::bad, fmt::format("{}", fmt::join(never, ", ")));
        text += '\n';
    }
    text += fmt::format("{} runs", campaign.runs);
    if (campaign.without_verdict > 0)
        text += fmt::format(", {} of them without a verdict", campaign.without_verdict);
    return text + '\n';
}

} // namespace report
