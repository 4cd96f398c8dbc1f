// SPDX-License-Identifier: GPL-2.0-only
// Which ranges there are and who owns them, at any moment of a run, as rows of a range map.
//
// Covers: the layout; windows in iomem, regions and dax regions as events tell of them. Does not
// cover: who *should* own a range (properties/ownership).
#pragma once

#include "kernel/event.hpp"
#include "report/range_map.hpp"
#include "scenario/scenario.hpp"

#include <span>
#include <string>
#include <vector>

namespace report {

// Facts about ranges after some events.
struct RangeState {
    struct Fact {
        kernel::Name name;
        Range range;
        int value = 0; // of a region: its state
    };
    std::vector<Fact> windows; // in iomem
    std::vector<Fact> regions;
    std::vector<Fact> claims; // dax regions, by the device that owns them

    void observe(const kernel::Event &event);
};

// Whether the event changes which range has a dax region.
bool changes_owner(const kernel::Event &event);

// Boundaries of all ranges in the layout and of all that came up in the run.
Columns columns_of(const scenario::Layout &layout, std::span<const kernel::Event> events);

// What the machine has, as the scenario says it.
std::vector<Row> layout_rows(const scenario::Layout &layout);

// What there is: windows, regions, Soft Reserved ranges, who owns what, what nobody owns.
std::vector<Row> state_rows(const scenario::Layout &layout, const RangeState &state);

// One row: H where HMEM has a dax region, C where CXL has one, ! where both have.
Row owner_row(const RangeState &state, const Columns &columns, std::string label);

// Pieces of Soft Reserved ranges without a dax region, ascending; neighbours are joined.
std::vector<Range> unowned_ranges(const scenario::Layout &layout, const RangeState &state,
                                  const Columns &columns);

} // namespace report
