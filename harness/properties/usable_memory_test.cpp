// SPDX-License-Identifier: GPL-2.0-only
// The oracle of ownership, whether what an owner has can be put to use.
#include "kernel/kmem.hpp"
#include "properties/ownership_story.hpp"

#include <gtest/gtest.h>

namespace properties {

TEST(UnusableRange, FiresWhenKmemRefusesTheMemoryOfTheOwner)
{
    EXPECT_EQ(Story()
                  .soft_reserved(range_a)
                  .probe_walk()
                  .registers_unused(range_a, 1)
                  .refused(1, range_a)
                  .found(),
              Found{"unusable-range:probe hmem.1"});
}

TEST(UnusableRange, FiresForARegionThatIsNobodysSoftReservedRange)
{
    EXPECT_EQ(Story().claim_unused(Word::dax_region, 0, range_a).refused(0, range_a).found(),
              Found{"unusable-range:init dax_region0"});
}

TEST(UnusableRange, IsSilentWhenTheMemoryIsOnline)
{
    EXPECT_EQ(Story()
                  .soft_reserved(range_a)
                  .probe_walk()
                  .registers_unused(range_a, 1)
                  .online(1, range_a)
                  .found(),
              Found{});
}

// A dax region that is not meant for kmem, a seed, or no dax device at all.
TEST(UnusableRange, FiresWhenNobodyGaveTheMemoryToKmem)
{
    EXPECT_EQ(Story().claim_unused(Word::dax_region, 0, range_a).found(),
              Found{"unusable-range:init dax_region0"});
}

// The rest of the range is not given to anybody.
TEST(UnusableRange, FiresWhenOnlyAPartOfTheRangeIsOnline)
{
    EXPECT_EQ(Story().claim_unused(Word::hmem, 1, both).online(1, range_a).found(),
              Found{"unusable-range:init hmem.1"});
}

// What kmem says of the part says nothing of the range, of which more could be used.
TEST(UnusableRange, TellsARefusedPartFromARefusedRange)
{
    const Range one_byte{range_a.start, range_a.start};
    const auto detail = [](Range refused) {
        return Story().claim_unused(Word::hmem, 1, range_a).refused(1, refused).details();
    };
    EXPECT_EQ(detail(one_byte), Found{std::string(unusable_detail::in_part)});
    EXPECT_EQ(detail(range_a), Found{std::string(unusable_detail::busy)});
}

// Nobody can use less than a memory block.
//   blocks   ....BBBB....
//   ragged   ...RRRRRR...
//   less     ....LLL.....
TEST(UnusableRange, AsksOnlyForWholeMemoryBlocks)
{
    const Range blocks{range_a.start, range_a.end};
    const Range ragged{blocks.start - 1, blocks.end + 1};
    EXPECT_EQ(Story().claim_unused(Word::hmem, 1, ragged).online(1, blocks).found(), Found{});
    const Range less{blocks.start, blocks.start + kernel::memory_block_bytes - 2};
    EXPECT_EQ(Story().claim_unused(Word::hmem, 1, less).found(), Found{});
    EXPECT_EQ(Story().claim_unused(Word::hmem, 1, {less.start, less.end + 1}).found(),
              Found{"unusable-range:init hmem.1"});
}

TEST(UnusableRange, IsSilentWhenTheOwnerIsGone)
{
    EXPECT_EQ(Story()
                  .claim_unused(Word::dax_region, 0, range_a)
                  .refused(0, range_a)
                  .release(Word::dax_region, 0)
                  .found(),
              Found{});
}

// The next owner is judged by what becomes of its own memory.
TEST(UnusableRange, IsSilentWhenTheNextOwnerOfThatNameHasItsMemoryOnline)
{
    EXPECT_EQ(Story()
                  .claim_unused(Word::hmem, 1, range_a)
                  .refused(1, range_a)
                  .release(Word::hmem, 1)
                  .claim_unused(Word::hmem, 1, range_a)
                  .online(1, range_a)
                  .found(),
              Found{});
}

// Memory that could not be taken offline again is in use.
TEST(UnusableRange, IsSilentWhenAnEarlierOwnerLeftTheMemoryOnline)
{
    Story story;
    story.claim_unused(Word::hmem, 1, range_a)
        .online(1, range_a)
        .release(Word::hmem, 1)
        .claim_unused(Word::hmem, 2, range_a)
        .refused(2, range_a);
    EXPECT_EQ(story.found(), Found{});
}

TEST(UnusableRange, FiresWhenTheEarlierOwnersMemoryIsOfflineOrOnlyAPart)
{
    Story offline;
    offline.claim_unused(Word::hmem, 1, range_a)
        .online(1, range_a)
        .offline(1, range_a)
        .release(Word::hmem, 1)
        .claim_unused(Word::hmem, 2, range_a)
        .refused(2, range_a);
    EXPECT_EQ(offline.found(), Found{"unusable-range:init hmem.2"});
    Story part;
    part.claim_unused(Word::hmem, 1, range_a)
        .online(1, range_a)
        .release(Word::hmem, 1)
        .claim_unused(Word::hmem, 2, both)
        .refused(2, both);
    EXPECT_EQ(part.found(), Found{"unusable-range:init hmem.2"});
}

} // namespace properties
