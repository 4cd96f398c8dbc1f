// SPDX-License-Identifier: GPL-2.0-only
// The oracle of ownership, whether what an owner has can be put to use.
#include "properties/ownership_story.hpp"

#include <gtest/gtest.h>

namespace properties {

TEST(UnusableRange, FiresWhenKmemRefusesTheMemoryOfTheOwner)
{
    EXPECT_EQ(Story()
                  .soft_reserved(range_a)
                  .probe_walk()
                  .registers(range_a, 1)
                  .refused(1, range_a)
                  .found(),
              Found{"unusable-range:probe hmem.1"});
}

TEST(UnusableRange, FiresForARegionThatIsNobodysSoftReservedRange)
{
    EXPECT_EQ(Story().claim(Word::dax_region, 0, range_a).refused(0, range_a).found(),
              Found{"unusable-range:init dax_region0"});
}

TEST(UnusableRange, IsSilentWhenTheMemoryIsOnline)
{
    EXPECT_EQ(Story()
                  .soft_reserved(range_a)
                  .probe_walk()
                  .registers(range_a, 1)
                  .online(1, range_a)
                  .found(),
              Found{});
}

// device_dax, or no driver at all: nobody tried.
TEST(UnusableRange, IsSilentWhenNobodyTriedToUseTheMemory)
{
    EXPECT_EQ(Story().claim(Word::dax_region, 0, range_a).found(), Found{});
}

TEST(UnusableRange, IsSilentWhenTheOwnerIsGone)
{
    EXPECT_EQ(Story()
                  .claim(Word::dax_region, 0, range_a)
                  .refused(0, range_a)
                  .release(Word::dax_region, 0)
                  .found(),
              Found{});
}

// The next owner is judged by what becomes of its own memory.
TEST(UnusableRange, IsSilentWhenTheNextOwnerOfThatNameHasItsMemoryOnline)
{
    EXPECT_EQ(Story()
                  .claim(Word::hmem, 1, range_a)
                  .refused(1, range_a)
                  .release(Word::hmem, 1)
                  .claim(Word::hmem, 1, range_a)
                  .online(1, range_a)
                  .found(),
              Found{});
}

// Memory that could not be taken offline again is in use.
TEST(UnusableRange, IsSilentWhenAnEarlierOwnerLeftTheMemoryOnline)
{
    Story story;
    story.claim(Word::hmem, 1, range_a)
        .online(1, range_a)
        .release(Word::hmem, 1)
        .claim(Word::hmem, 2, range_a)
        .refused(2, range_a);
    EXPECT_EQ(story.found(), Found{});
}

TEST(UnusableRange, FiresWhenTheEarlierOwnersMemoryIsOfflineOrOnlyAPart)
{
    Story offline;
    offline.claim(Word::hmem, 1, range_a)
        .online(1, range_a)
        .offline(1, range_a)
        .release(Word::hmem, 1)
        .claim(Word::hmem, 2, range_a)
        .refused(2, range_a);
    EXPECT_EQ(offline.found(), Found{"unusable-range:init hmem.2"});
    Story part;
    part.claim(Word::hmem, 1, range_a)
        .online(1, range_a)
        .release(Word::hmem, 1)
        .claim(Word::hmem, 2, both)
        .refused(2, both);
    EXPECT_EQ(part.found(), Found{"unusable-range:init hmem.2"});
}

} // namespace properties
