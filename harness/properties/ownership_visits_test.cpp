// SPDX-License-Identifier: GPL-2.0-only
// The oracle of ownership, what happens at visits: for each property a story in which it fires and the
// nearest one in which it must not.
#include "properties/ownership_story.hpp"

#include <gtest/gtest.h>

namespace properties {

TEST(DoubleRegistration, FiresForASecondDeviceOfTheRange)
{
    EXPECT_EQ(Story()
                  .soft_reserved(range_a)
                  .probe_walk()
                  .registers(range_a, 1)
                  .add_device(range_a, 2)
                  .found(),
              Found{"double-registration:probe hmem.2"});
}

TEST(DoubleRegistration, IsSilentForTheRangeNextToIt)
{
    EXPECT_EQ(Story()
                  .soft_reserved(range_a)
                  .soft_reserved(range_b)
                  .probe_walk()
                  .registers(range_a, 1)
                  .registers(range_b, 2)
                  .found(),
              Found{});
}

TEST(DoubleRegistration, IsSilentAfterTheFirstDeviceIsGone)
{
    EXPECT_EQ(Story()
                  .soft_reserved(range_a)
                  .probe_walk()
                  .registers(range_a, 1)
                  .delete_device(1)
                  .release(Word::hmem, 1)
                  .probe_walk()
                  .registers(range_a, 1)
                  .found(),
              Found{});
}

TEST(DoubleClaim, FiresWhenOneByteIsInTwoDaxRegions)
{
    const Range last_byte{range_a.end, range_b.end};
    EXPECT_EQ(Story().claim(Word::hmem, 1, range_a).claim(Word::dax_region, 0, last_byte).found(),
              Found{"double-claim:init dax_region0"});
}

TEST(DoubleClaim, IsSilentForDaxRegionsThatTouch)
{
    EXPECT_EQ(Story().claim(Word::hmem, 1, range_a).claim(Word::dax_region, 0, range_b).found(),
              Found{});
}

TEST(RepeatedResolution, FiresAtTheSecondWalkOfAWork)
{
    EXPECT_EQ(Story().resolution().resolution().found(),
              Found{"repeated-resolution:work hmem_platform.0"});
}

TEST(RepeatedResolution, IsSilentWhenTheSecondWalkIsAProbes)
{
    EXPECT_EQ(Story().resolution().probe_walk().found(), Found{});
}

TEST(WrongOwner, FiresWhenAResolutionRegistersWhatARegionContains)
{
    EXPECT_EQ(Story()
                  .soft_reserved(range_a)
                  .window(both)
                  .committed(range_a)
                  .resolution()
                  .registers(range_a, 1)
                  .found(),
              (Found{"wrong-owner:work hmem_platform.0"}));
}

TEST(WrongOwner, IsSilentWhenTheRegionIsOneByteShort)
{
    const Range short_region{range_a.start, range_a.end - 1};
    EXPECT_EQ(Story()
                  .soft_reserved(range_a)
                  .window(both)
                  .committed(short_region)
                  .resolution()
                  .registers(range_a, 1)
                  .found(),
              Found{});
}

TEST(WrongOwner, IsSilentWhenTheRegionIsNotCommitted)
{
    EXPECT_EQ(Story()
                  .soft_reserved(range_a)
                  .window(both)
                  .region(range_a, kernel::CXL_CONFIG_RESET_PENDING)
                  .resolution()
                  .registers(range_a, 1)
                  .found(),
              Found{});
}

TEST(WrongOwner, FiresWhenAResolutionDropsWhatNoRegionContains)
{
    EXPECT_EQ(Story().soft_reserved(range_a).window(both).resolution().drops(range_a).found(),
              (Found{"wrong-owner:work hmem_platform.0", "lost-range:work hmem_platform.0"}));
}

TEST(WrongOwner, FiresWhenTheFirstProbeRegistersAWindowRange)
{
    EXPECT_EQ(
        Story().soft_reserved(range_a).window(both).probe_walk().registers(range_a, 1).found(),
        (Found{"wrong-owner:probe hmem_platform.0"}));
}

TEST(WrongOwner, IsSilentWhenTheWindowEndsOneByteBeforeTheRange)
{
    EXPECT_EQ(
        Story().soft_reserved(range_b).window(range_a).probe_walk().registers(range_b, 1).found(),
        Found{});
}

TEST(WrongOwner, FiresWhenAProbeAfterTheResolutionRegistersAWindowRange)
{
    EXPECT_EQ(Story()
                  .soft_reserved(range_a)
                  .window(both)
                  .committed(both)
                  .resolution()
                  .drops(range_a)
                  .probe_walk()
                  .registers(range_a, 1)
                  .found(),
              (Found{"wrong-owner:probe hmem_platform.0"}));
}

TEST(WrongOwner, FiresWhenAProbeDropsWhatTouchesNoWindow)
{
    EXPECT_EQ(Story().soft_reserved(range_a).probe_walk().drops(range_a).found(),
              (Found{"wrong-owner:probe hmem_platform.0", "lost-range:probe hmem_platform.0"}));
}

TEST(WrongOwner, AcceptsEitherDecisionWhenTheFactsChangeDuringTheVisit)
{
    for (const bool registers : {false, true}) {
        Story story;
        story.soft_reserved(range_a)
            .window(both)
            .dax_cxl_live()
            .resolution()
            .visit(range_a)
            .committed(both);
        if (registers)
            story.add_device(range_a, 1).claim(Word::hmem, 1, range_a);
        else
            story.claim(Word::dax_region, 0, both);
        EXPECT_EQ(story.visited(range_a).found(), Found{}) << registers;
    }
}

TEST(WrongOwner, SaysNothingOfAVisitThatFailed)
{
    EXPECT_EQ(
        Story().soft_reserved(range_a).probe_walk().visit(range_a).visited(range_a, -12).found(),
        Found{"lost-range:probe hmem_platform.0"});
}

// The child's probe fails; the device is there all the same.
TEST(WrongOwner, FiresWhateverFailsAfterTheRegistration)
{
    const auto resolution = [] {
        Story story;
        story.soft_reserved(range_a).window(both).committed(both).resolution().visit(range_a);
        return story;
    };
    EXPECT_EQ(resolution().add_device(range_a, 1).fault().visited(range_a).found(),
              Found{"wrong-owner:work hmem_platform.0"});
    EXPECT_EQ(resolution().add_device(range_a, 1).fault().visited(range_a, -12).found(), Found{})
        << "the visit failed as a whole";
}

// A call that would have registered failed, and nobody looked at its result.
TEST(WrongOwner, SaysNothingOfADropAfterAFailedCall)
{
    Story story;
    story.soft_reserved(range_a).window(both).resolution().visit(range_a).fault().visited(range_a);
    EXPECT_EQ(story.found(), Found{"lost-range:work hmem_platform.0"});
}

TEST(WrongOwner, DoesNotAskForWhatIsNotSoftReserved)
{
    EXPECT_EQ(Story().hmat_only(range_a).probe_walk().drops(range_a).found(), Found{});
}

TEST(WrongOwner, GivesWindowRangesToHmemWithoutDevDaxCxl)
{
    EXPECT_EQ(
        Story().soft_reserved(range_a).window(both).probe_walk().registers(range_a, 1).found(false),
        Found{});
}

} // namespace properties
