// SPDX-License-Identifier: GPL-2.0-only
// Who has what at rest, on events written by hand.
#include "properties/owners.hpp"

#include <gtest/gtest.h>

namespace properties {
namespace {

using kernel::Event;
using kernel::EventKind;
using kernel::Name;
using kernel::name_of;
using kernel::Range;
using kernel::Word;
using scenario::Owner;
using Map = std::vector<Owned>;

constexpr Range range_a{0x100000000, 0x13fffffff};
constexpr Range range_b{0x140000000, 0x17fffffff};
constexpr Range both{0x100000000, 0x17fffffff};

Event event(EventKind kind, Name object, Range range, int value = 0)
{
    Event result;
    result.kind = kind;
    result.object = object;
    result.value = value;
    result.start = range.start;
    result.end = range.end;
    return result;
}

Event soft_reserved(Range range) { return event(EventKind::soft_reserved, {}, range); }
Event claim(Word parent, int id, Range range)
{
    return event(EventKind::dax_region_added, name_of(parent, id), range, id);
}
Event release(Word parent, int id)
{
    return event(EventKind::dax_region_removed, name_of(parent, id), {});
}
Event online(int id) { return event(EventKind::memory_online, name_of(Word::dax, id), {}); }
Event offline(int id) { return event(EventKind::memory_offline, name_of(Word::dax, id), {}); }
Event epilogue()
{
    return event(EventKind::phase, {}, {}, static_cast<int>(kernel::Phase::epilogue));
}

Map map_of(std::vector<Event> events) { return owners_at_rest(events); }

} // namespace

TEST(Owners, WhoMadeTheDaxRegionHasTheMemory)
{
    EXPECT_EQ(map_of({soft_reserved(both), claim(Word::dax_region, 1, range_b), online(1),
                      claim(Word::hmem, 2, range_a), online(2)}),
              (Map{{range_a, Owner::hmem}, {range_b, Owner::cxl}}));
}

TEST(Owners, WhatKmemRefusedOrTookOfflineIsUnusable)
{
    EXPECT_EQ(map_of({claim(Word::hmem, 1, range_a), claim(Word::dax_region, 2, range_b), online(2),
                      offline(2)}),
              (Map{{range_a, Owner::hmem_unusable}, {range_b, Owner::cxl_unusable}}));
}

TEST(Owners, NobodyHasWhatNoDaxRegionCovers)
{
    const Range middle{0x110000000, 0x11fffffff};
    EXPECT_EQ(map_of({soft_reserved(range_a), claim(Word::hmem, 1, middle), online(1)}),
              (Map{{{0x100000000, 0x10fffffff}, Owner::nobody},
                   {middle, Owner::hmem},
                   {{0x120000000, 0x13fffffff}, Owner::nobody}}));
    EXPECT_EQ(map_of({soft_reserved(range_a), claim(Word::hmem, 1, range_a), online(1),
                      release(Word::hmem, 1)}),
              (Map{{range_a, Owner::nobody}}));
}

TEST(Owners, ADaxRegionUpToTheLastAddressLeavesNothing)
{
    const Range last{0xffffffffc0000000, ~std::uint64_t{0}};
    EXPECT_EQ(map_of({soft_reserved(last), claim(Word::hmem, 1, last), online(1)}),
              (Map{{last, Owner::hmem}}));
}

TEST(Owners, OverlappingSoftReservedRangesLeaveAPieceOnce)
{
    EXPECT_EQ(map_of({soft_reserved(range_a), soft_reserved(range_a)}),
              (Map{{range_a, Owner::nobody}}));
}

TEST(Owners, WhatTheEpilogueUnloadsStays)
{
    EXPECT_EQ(map_of({claim(Word::hmem, 1, range_a), online(1), epilogue(), offline(1),
                      release(Word::hmem, 1)}),
              (Map{{range_a, Owner::hmem}}));
}

TEST(DroppedAndUnowned, IsWhatADroppedRangeHasBeyondTheActiveOne)
{
    const std::vector<Event> events = {soft_reserved(both),
                                       event(EventKind::hmem_range, {}, range_a),
                                       event(EventKind::hmem_range_dropped, {}, both), epilogue()};
    EXPECT_EQ(dropped_and_unowned(events), std::vector{range_b});
}

TEST(DroppedAndUnowned, IsNothingWhereTheActiveRangesCoverItOrCxlHasIt)
{
    std::vector<Event> events = {soft_reserved(both), event(EventKind::hmem_range, {}, range_b),
                                 event(EventKind::hmem_range, {}, range_a),
                                 event(EventKind::hmem_range_dropped, {}, both), epilogue()};
    EXPECT_TRUE(dropped_and_unowned(events).empty());
    events = {soft_reserved(both), event(EventKind::hmem_range, {}, range_a),
              event(EventKind::hmem_range_dropped, {}, both), claim(Word::dax_region, 1, range_b),
              epilogue()};
    EXPECT_TRUE(dropped_and_unowned(events).empty());
}

TEST(DroppedAndUnowned, IsNothingBeforeARunComesToRest)
{
    EXPECT_TRUE(dropped_and_unowned(std::vector{soft_reserved(both),
                                                event(EventKind::hmem_range_dropped, {}, both)})
                    .empty());
}

} // namespace properties
