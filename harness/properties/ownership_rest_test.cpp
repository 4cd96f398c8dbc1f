// SPDX-License-Identifier: GPL-2.0-only
// The oracle of ownership, what is lost at rest: ranges, and regions without a Soft Reserved range.
#include "properties/ownership_story.hpp"

#include <gtest/gtest.h>

namespace properties {

TEST(LostRange, FiresWhenHmemsDaxRegionIsMissing)
{
    Story story;
    story.soft_reserved(range_a).probe_walk().visit(range_a).visited(range_a);
    EXPECT_EQ(story.found(),
              (Found{"wrong-owner:probe hmem_platform.0", "lost-range:probe hmem_platform.0"}));
}

TEST(LostRange, FiresWhenCxlHasNoDaxRegionOfItsCommittedRegion)
{
    EXPECT_EQ(Story()
                  .soft_reserved(range_a)
                  .window(both)
                  .committed(both)
                  .dax_cxl_live()
                  .resolution()
                  .drops(range_a)
                  .found(),
              Found{"lost-range:work hmem_platform.0"});
}

TEST(LostRange, IsSilentWhenDaxCxlIsNotLoaded)
{
    Story story;
    story.soft_reserved(range_a).window(both).committed(both).resolution().drops(range_a);
    EXPECT_EQ(story.found(), Found{});
    EXPECT_EQ(story.unowned().at(0).why, "dax_cxl is not loaded");
}

TEST(LostRange, IsSilentWhenCxlHasIt)
{
    EXPECT_EQ(Story()
                  .soft_reserved(range_a)
                  .window(both)
                  .committed(both)
                  .dax_cxl_live()
                  .resolution()
                  .drops(range_a)
                  .claim(Word::dax_region, 0, both)
                  .found(),
              Found{});
}

TEST(LostRange, IsSilentWhenTwoDaxRegionsCoverARangeThatWasLeftToCxl)
{
    EXPECT_EQ(Story()
                  .soft_reserved(both)
                  .window(both)
                  .resolution()
                  .registers(both, 1)
                  .unbind(host)
                  .delete_device(1)
                  .release(Word::hmem, 1)
                  .probe_walk()
                  .drops(both)
                  .claim(Word::dax_region, 0, range_a)
                  .claim(Word::dax_region, 1, range_b)
                  .found(),
              Found{});
}

TEST(LostRange, FiresWhenOneOfTwoDaxRegionsIsMissing)
{
    EXPECT_EQ(Story()
                  .soft_reserved(both)
                  .window(both)
                  .resolution()
                  .registers(both, 1)
                  .unbind(host)
                  .delete_device(1)
                  .release(Word::hmem, 1)
                  .probe_walk()
                  .drops(both)
                  .claim(Word::dax_region, 1, range_b)
                  .found(),
              Found{"lost-range:probe hmem_platform.0"});
}

TEST(LostRange, IsSilentWhenTheRegionIsGone)
{
    EXPECT_EQ(Story()
                  .soft_reserved(range_a)
                  .window(both)
                  .committed(both)
                  .dax_cxl_live()
                  .resolution()
                  .drops(range_a)
                  .region(both, -1)
                  .found(),
              Found{});
}

// Both decisions were allowed; what counts at rest is the one the driver took.
TEST(LostRange, IsSilentWhenTheRegionIsGoneThatCommittedDuringTheVisit)
{
    Story story;
    story.soft_reserved(range_a)
        .window(both)
        .resolution()
        .visit(range_a)
        .committed(range_a)
        .visited(range_a)
        .region(range_a, kernel::CXL_CONFIG_IDLE);
    EXPECT_EQ(story.found(), Found{});
}

TEST(LostRange, DoesNotTakeTheRegionsClaimForHmemsWhenTheDriverRegisteredDuringSuchAVisit)
{
    Story story;
    story.soft_reserved(range_a)
        .window(both)
        .resolution()
        .visit(range_a)
        .add_device(range_a, 1)
        .committed(range_a)
        .visited(range_a)
        .claim(Word::dax_region, 0, range_a);
    EXPECT_EQ(Story(story).found(), Found{"lost-range:work hmem_platform.0"});
    story.unbind(name_of(Word::hmem, 1));
    ASSERT_EQ(Story(story).unowned().size(), 1U);
    EXPECT_EQ(Story(story).unowned()[0].why, "its hmem device was unbound");
}

// Its probe says that all is well, and claims nothing.
TEST(LostRange, FiresWhenHmemsProbeSucceedsWithoutADaxRegion)
{
    Story story;
    story.soft_reserved(range_a)
        .probe_walk()
        .visit(range_a)
        .add_device(range_a, 1)
        .visited(range_a);
    EXPECT_EQ(Story(story).found(), Found{"lost-range:probe hmem_platform.0"});
    story.unbind(name_of(Word::hmem, 1));
    EXPECT_EQ(Story(story).found(), Found{});
    story.probes(name_of(Word::hmem, 1));
    EXPECT_EQ(Story(story).found(), Found{"lost-range:probe hmem_platform.0"})
        << "bound again, and still nothing";
}

TEST(LostRange, IsSilentWhenHmemKeepsWhatItHadBeforeTheRegionCame)
{
    Story story;
    story.soft_reserved(range_a)
        .probe_walk()
        .registers(range_a, 1)
        .window(both)
        .committed(range_a)
        .dax_cxl_live()
        .resolution()
        .drops(range_a);
    EXPECT_EQ(Story(story).found(), Found{});
    EXPECT_EQ(Story(story).release(Word::hmem, 1).delete_device(1).found(),
              Found{"lost-range:work hmem_platform.0"});
}

TEST(LostRange, FiresWhenAReloadLeavesTheRangeToACxlWithoutARegion)
{
    EXPECT_EQ(Story()
                  .soft_reserved(range_a)
                  .window(both)
                  .resolution()
                  .registers(range_a, 1)
                  .unbind(host)
                  .delete_device(1)
                  .release(Word::hmem, 1)
                  .probe_walk()
                  .drops(range_a)
                  .found(),
              Found{"lost-range:probe hmem_platform.0"});
}

TEST(LostRange, FiresWhenADeferredRangeIsNeverResolved)
{
    EXPECT_EQ(Story().soft_reserved(range_a).window(both).probe_walk().drops(range_a).found(),
              Found{"lost-range:probe hmem_platform.0"});
}

TEST(LostRange, IsInformationWhenAnAdministratorUnboundTheDevice)
{
    Story story;
    story.soft_reserved(range_a).window(both).probe_walk().drops(range_a).unbind(host);
    EXPECT_EQ(story.found(), Found{});
    EXPECT_EQ(story.unowned().at(0).why, "its hmem_platform device was unbound");
}

TEST(LostRange, IsInformationWhenNoWalkVisitedTheRange)
{
    Story story;
    story.soft_reserved(range_a);
    EXPECT_EQ(story.found(), Found{});
    EXPECT_EQ(story.unowned().at(0).why, "no walk visited it");
}

// ---------------------------------------------------------------- regions without Soft Reserved

TEST(LostRegion, FiresForACommittedRegionThatNobodyMadeADaxRegionOf)
{
    EXPECT_EQ(Story().region(both, committed_state, 0, true).dax_cxl_live().found(),
              Found{"lost-range:- region0"});
}

TEST(LostRegion, IsSilentWhereADaxDeviceIsNotToBeMade)
{
    EXPECT_EQ(Story().region(both, committed_state, 0, false).dax_cxl_live().found(), Found{});
    EXPECT_EQ(Story().region(both, kernel::CXL_CONFIG_ACTIVE, 0, true).dax_cxl_live().found(),
              Found{});
    EXPECT_EQ(Story().region(both, committed_state, 0, true).found(), Found{}) << "no dax_cxl";
}

TEST(LostRegion, IsSilentWhereSomebodyHasAPartOfIt)
{
    EXPECT_EQ(Story()
                  .region(both, committed_state, 0, true)
                  .dax_cxl_live()
                  .claim(Word::hmem, 1, range_b)
                  .found(),
              Found{});
}

TEST(LostRegion, IsSilentWhereAnAdministratorUnboundIt)
{
    EXPECT_EQ(Story()
                  .region(both, committed_state, 0, true)
                  .dax_cxl_live()
                  .unbind(name_of(Word::region, 0))
                  .found(),
              Found{});
}

TEST(LostRegion, IsSilentWhereItWasRefusedBecauseOfAnother)
{
    EXPECT_EQ(Story()
                  .region(both, committed_state, 0, true)
                  .dax_cxl_live()
                  .refuse(Word::dax_region, 0, both)
                  .found(),
              Found{});
}

// What was in the way is gone, the region is probed once more, and makes nothing.
TEST(LostRegion, FiresWhereItIsNotRefusedAgain)
{
    Story story;
    story.region(range_a, committed_state, 0, true)
        .dax_cxl_live()
        .claim(Word::hmem, 3, range_a)
        .refuse(Word::dax_region, 0, range_a)
        .offline(3, range_a)
        .release(Word::hmem, 3);
    EXPECT_EQ(Story(story).found(), Found{}) << "nobody asked again";
    EXPECT_EQ(Story(story).probes(name_of(Word::dax_region, 0), -EBUSY).found(),
              Found{"lost-range:- region0"});
    EXPECT_EQ(Story(story).probes(name_of(Word::region, 0)).found(), Found{"lost-range:- region0"});
    EXPECT_EQ(Story(story).probes(name_of(Word::dax_region, 1)).found(), Found{}) << "another's";
}

TEST(LostRegion, IsToldOnceWhereARangeInItIsLost)
{
    EXPECT_EQ(Story()
                  .soft_reserved(range_a)
                  .window(both)
                  .region(both, committed_state, 0, true)
                  .dax_cxl_live()
                  .resolution()
                  .drops(range_a)
                  .found(),
              Found{"lost-range:work hmem_platform.0"});
}

// V5-3: innocent regions.
TEST(LostRegion, FiresWhenTheCodeRemovedItAndNobodyHasItsRange)
{
    const auto removed = [](bool by_code) {
        return Story()
            .region(both, committed_state, 0, true)
            .dax_cxl_live()
            .resolution()
            .remove_region(both, 0, by_code);
    };
    EXPECT_EQ(removed(true).found(), Found{"lost-range:work region0"});
    EXPECT_EQ(removed(true).claim(Word::hmem, 1, both).found(), Found{});
    EXPECT_EQ(removed(false).found(), Found{}) << "an administrator did";
}

} // namespace properties
