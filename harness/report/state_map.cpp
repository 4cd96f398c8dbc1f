// SPDX-License-Identifier: GPL-2.0-only
#include "report/state_map.hpp"

#include "kernel/cxl.hpp"
#include "kernel/name.hpp"
#include "scenario/sentences.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace report {
namespace {

using kernel::Event;
using kernel::EventKind;
using kernel::Word;
using Facts = std::vector<RangeState::Fact>;

void erase(Facts &facts, kernel::Name name)
{
    std::erase_if(facts, [&](const RangeState::Fact &fact) { return fact.name == name; });
}

void assign(Facts &facts, const Event &event)
{
    erase(facts, event.object);
    facts.push_back({event.object, {event.start, event.end}, event.value});
}

bool by_hmem(const RangeState::Fact &claim) { return claim.name.word == Word::hmem; }

std::string_view owner_text(const RangeState::Fact &claim)
{
    return by_hmem(claim) ? "HMEM" : "CXL";
}

std::string node_text(int node)
{
    return node == scenario::no_node ? "no node" : fmt::format("node {}", node);
}

// Whether dax regions cover all of the range.
bool owned_whole(Range range, const Facts &claims)
{
    std::uint64_t next = range.start;
    for (;;) {
        const auto claim = std::find_if(claims.begin(), claims.end(), [&](const auto &fact) {
            return fact.range.contains({next, next});
        });
        if (claim == claims.end())
            return false;
        if (claim->range.end >= range.end)
            return true;
        next = claim->range.end + 1;
    }
}

// "HMEM (hmem.1)", "CXL (dax_region0) and nobody", "nobody".
std::string owners_of(Range range, const RangeState &state)
{
    std::string text;
    for (const RangeState::Fact &claim : state.claims)
        if (claim.range.overlaps(range))
            text += fmt::format("{}{} ({})", text.empty() ? "" : " and ", owner_text(claim),
                                kernel::to_string(claim.name));
    if (text.empty())
        return "nobody";
    return owned_whole(range, state.claims) ? text : text + " and nobody";
}

// One row for each range: SR0, SR1, ... or HMAT0, ...
template <class Note>
void add_rows(std::vector<Row> &rows, std::string_view label,
              std::span<const scenario::MemoryRange> ranges, Note note)
{
    for (std::size_t i = 0; i < ranges.size(); ++i)
        rows.push_back({fmt::format("{}{}", label, i), {{ranges[i].range}}, note(ranges[i])});
}

} // namespace

void RangeState::observe(const Event &event)
{
    switch (event.kind) {
    case EventKind::window_published:
        assign(windows, event);
        break;
    case EventKind::window_withdrawn:
        erase(windows, event.object);
        break;
    case EventKind::region_state:
        if (event.value < 0)
            erase(regions, event.object);
        else
            assign(regions, event);
        break;
    case EventKind::dax_region_added:
        claims.push_back({event.object, {event.start, event.end}});
        break;
    case EventKind::dax_region_removed:
        erase(claims, event.object);
        break;
    default:
        break;
    }
}

bool changes_owner(const Event &event)
{
    return event.kind == EventKind::dax_region_added || event.kind == EventKind::dax_region_removed;
}

Columns columns_of(const scenario::Layout &layout, std::span<const Event> events)
{
    std::vector<Range> ranges;
    for (const scenario::MemoryRange &memory : layout.soft_reserved)
        ranges.push_back(memory.range);
    for (const scenario::MemoryRange &memory : layout.hmat)
        ranges.push_back(memory.range);
    for (const scenario::Window &window : layout.windows)
        ranges.push_back(window.range);
    for (const scenario::Region &region : layout.regions)
        ranges.push_back(region.range);
    if (layout.hmem_platform_1)
        ranges.push_back(layout.hmem_platform_1->range);
    for (const Event &event : events)
        if (event.kind == EventKind::window_published || event.kind == EventKind::region_state ||
            event.kind == EventKind::dax_region_added)
            ranges.push_back({event.start, event.end});
    return Columns(ranges);
}

std::vector<Row> layout_rows(const scenario::Layout &layout)
{
    std::vector<Row> rows;
    for (const scenario::Window &window : layout.windows)
        rows.push_back({fmt::format("window{}", window.number), {{window.range}}, "CXL Window"});
    for (const scenario::Region &region : layout.regions) {
        std::string note = fmt::format(
            "assembly {}", scenario::assembly_words[static_cast<std::size_t>(region.assembly)]);
        if (region.mode != scenario::Mode::ram)
            note +=
                fmt::format(", {}", scenario::mode_words[static_cast<std::size_t>(region.mode)]);
        if (region.system_ram)
            note += ", System RAM";
        rows.push_back({fmt::format("region{}", region.number), {{region.range}}, note});
    }
    add_rows(rows, "HMAT", layout.hmat,
             [](const scenario::MemoryRange &memory) { return "HMAT, " + node_text(memory.node); });
    add_rows(rows, "SR", layout.soft_reserved, [](const scenario::MemoryRange &memory) {
        return "Soft Reserved, " + node_text(memory.node);
    });
    if (const auto &second = layout.hmem_platform_1)
        rows.push_back({kernel::to_string(scenario::second_platform),
                        {{second->range}},
                        "walked by the second device, " + node_text(second->node)});
    return rows;
}

std::vector<Row> state_rows(const scenario::Layout &layout, const RangeState &state)
{
    std::vector<Row> rows;
    for (const RangeState::Fact &window : state.windows)
        rows.push_back({kernel::to_string(window.name), {{window.range}}, "in iomem"});
    for (const RangeState::Fact &region : state.regions)
        rows.push_back({kernel::to_string(region.name),
                        {{region.range}},
                        region.value == kernel::CXL_CONFIG_COMMIT ? "committed" : "not committed"});
    for (const RangeState::Fact &claim : state.claims)
        rows.push_back({kernel::to_string(claim.name),
                        {{claim.range}},
                        fmt::format("dax region of {}", owner_text(claim))});
    const auto owner = [&](const scenario::MemoryRange &memory) {
        return "owned by " + owners_of(memory.range, state);
    };
    add_rows(rows, "HMAT", layout.hmat, owner);
    add_rows(rows, "SR", layout.soft_reserved, owner);
    return rows;
}

Row owner_row(const RangeState &state, const Columns &columns, std::string label)
{
    Row row{std::move(label), {}, ""};
    for (const Columns::Piece &piece : columns.pieces()) {
        bool hmem = false;
        bool cxl = false;
        for (const RangeState::Fact &claim : state.claims)
            if (claim.range.overlaps(piece.range))
                (by_hmem(claim) ? hmem : cxl) = true;
        if (hmem || cxl)
            row.segments.push_back({piece.range, hmem && cxl ? '!' : hmem ? 'H' : 'C'});
    }
    return row;
}

std::vector<Range> unowned_ranges(const scenario::Layout &layout, const RangeState &state,
                                  const Columns &columns)
{
    std::vector<Range> ranges;
    for (const Columns::Piece &piece : columns.pieces()) {
        const bool reserved = std::any_of(layout.soft_reserved.begin(), layout.soft_reserved.end(),
                                          [&](const scenario::MemoryRange &memory) {
                                              return memory.range.contains(piece.range);
                                          });
        const bool owned = std::any_of(
            state.claims.begin(), state.claims.end(),
            [&](const RangeState::Fact &claim) { return claim.range.contains(piece.range); });
        if (!reserved || owned)
            continue;
        if (!ranges.empty() && ranges.back().end + 1 == piece.range.start)
            ranges.back().end = piece.range.end;
        else
            ranges.push_back(piece.range);
    }
    return ranges;
}

} // namespace report
