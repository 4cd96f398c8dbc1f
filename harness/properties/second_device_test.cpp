// SPDX-License-Identifier: GPL-2.0-only
// The oracle of ownership with a second hmem_platform device, which has a range and a life of its own.
#include "properties/ownership_story.hpp"

#include <gtest/gtest.h>

namespace properties {

TEST(SecondDevice, ItsRangeIsLostWhenItsResolutionNeverComes)
{
    EXPECT_EQ(Story().second_device(range_b, true).by(second).probe_walk().drops(range_b).found(),
              Found{"lost-range:probe hmem_platform.1"});
}

TEST(SecondDevice, ItsRangeIsHmemsWhenNoRegionContainsIt)
{
    Story story;
    story.second_device(range_b, true).by(second).probe_walk().drops(range_b);
    EXPECT_EQ(Story(story).resolution().registers(range_b, 1).found(), Found{});
    EXPECT_EQ(Story(story).committed(range_b).resolution().registers(range_b, 1).found(),
              Found{"wrong-owner:work hmem_platform.1"});
}

TEST(SecondDevice, ItsRangeIsNobodysOnceItIsGone)
{
    Story story;
    story.second_device(range_b, true)
        .by(second)
        .probe_walk()
        .drops(range_b)
        .second_device(range_b, false);
    EXPECT_EQ(Story(story).found(), Found{});
    EXPECT_TRUE(story.unowned().empty());
}

TEST(SecondDevice, IsInformationWhenNoWalkVisitedItsRange)
{
    Story story;
    story.second_device(range_b, true);
    EXPECT_EQ(Story(story).found(), Found{});
    const std::vector<Unowned> unowned = story.unowned();
    ASSERT_EQ(unowned.size(), 1U);
    EXPECT_EQ(unowned[0].range, range_b);
}

// A device's life ends when it is deleted: the next one of its name is resolved for the first time.
TEST(SecondDevice, MayBeResolvedAgainInItsNextLife)
{
    Story story;
    story.second_device(range_b, true).by(second).resolution().registers(range_b, 1);
    EXPECT_EQ(Story(story)
                  .delete_device(1)
                  .release(Word::hmem, 1)
                  .second_device(range_b, false)
                  .second_device(range_b, true)
                  .resolution()
                  .registers(range_b, 1)
                  .found(),
              Found{});
    EXPECT_EQ(Story(story).resolution().drops(range_b).found(),
              Found{"repeated-resolution:work hmem_platform.1"});
}

// Its walk takes no lock: a probe's visit of the first device may lie within its resolution's.
TEST(SecondDevice, IsJudgedByItsOwnWalkWhileTheFirstOneIsWalked)
{
    EXPECT_EQ(Story()
                  .soft_reserved(range_a)
                  .window(range_a)
                  .second_device(range_b, true)
                  .by(second)
                  .resolution()
                  .visit(range_b)
                  .on_task(2)
                  .by(host)
                  .probe_walk()
                  .drops(range_a)
                  .on_task(1)
                  .by(second)
                  .add_device(range_b, 1)
                  .claim(Word::hmem, 1, range_b)
                  .visited(range_b)
                  .on_task(2)
                  .by(host)
                  .resolution()
                  .registers(range_a, 2)
                  .found(),
              Found{});
}

// One device's resolution says nothing about the other's.
TEST(SecondDevice, IsResolvedByItself)
{
    EXPECT_EQ(Story()
                  .soft_reserved(range_a)
                  .window(range_a)
                  .resolution()
                  .registers(range_a, 1)
                  .second_device(range_b, true)
                  .by(second)
                  .probe_walk()
                  .drops(range_b)
                  .resolution()
                  .registers(range_b, 2)
                  .found(),
              Found{});
}

} // namespace properties
