// SPDX-License-Identifier: GPL-2.0-only
// The oracle of ownership under the rules that earlier revisions declare.
#include "properties/ownership_story.hpp"

#include <gtest/gtest.h>

namespace properties {
namespace {

using drivers::DecisionRule;
using drivers::LaterRule;

Story window_rule()
{
    return Story()
        .declares(DecisionRule::window, LaterRule::again)
        .soft_reserved(range_a)
        .window(both);
}

Story dropped_rule()
{
    return Story()
        .declares(DecisionRule::dropped, LaterRule::again)
        .soft_reserved(range_a)
        .window(both);
}

Story chain_rule()
{
    return Story()
        .declares(DecisionRule::chain_of_regions, LaterRule::again)
        .soft_reserved(both)
        .window(both)
        .dax_cxl_live();
}

Story all_or_nothing()
{
    return Story()
        .declares(DecisionRule::all_or_nothing, LaterRule::keeps_the_mode)
        .soft_reserved(range_a)
        .soft_reserved(range_b)
        .window(both);
}

} // namespace

TEST(WindowRule, GivesTheRangeToCxlAtTheProbe)
{
    EXPECT_EQ(window_rule().probe_walk().registers(range_a, 1).found(),
              Found{"wrong-owner:probe hmem_platform.0"});
}

TEST(WindowRule, HoldsForEachProbe)
{
    const auto twice = [](Story story) {
        return story.committed(both).probe_walk().drops(range_a).probe_walk();
    };
    EXPECT_EQ(twice(window_rule()).drops(range_a).found(), Found{});
    EXPECT_EQ(twice(window_rule()).registers(range_a, 1).found(),
              Found{"wrong-owner:probe hmem_platform.0"});
}

// P-1: a window is not a region.
TEST(WindowRule, LosesTheRangeWhereNoRegionComes)
{
    EXPECT_EQ(window_rule().probe_walk().drops(range_a).found(),
              Found{"lost-range:probe hmem_platform.0"});
    EXPECT_EQ(window_rule()
                  .region(both, kernel::CXL_CONFIG_INTERLEAVE_ACTIVE)
                  .probe_walk()
                  .drops(range_a)
                  .found(),
              Found{"lost-range:probe hmem_platform.0"});
}

TEST(WindowRule, LosesNothingWhereCxlHasIt)
{
    EXPECT_EQ(window_rule()
                  .committed(both)
                  .dax_cxl_live()
                  .probe_walk()
                  .drops(range_a)
                  .claim(Word::dax_region, 0, both)
                  .found(),
              Found{});
}

TEST(DroppedRule, FiresWhenTheResolutionRegisters)
{
    EXPECT_EQ(dropped_rule().resolution().registers(range_a, 1).found(),
              Found{"wrong-owner:work hmem_platform.0"});
}

// V1-1: announced, not written.
TEST(DroppedRule, LosesTheRangeWhereNoRegionIs)
{
    EXPECT_EQ(dropped_rule().probe_walk().drops(range_a).resolution().drops(range_a).found(),
              Found{"lost-range:work hmem_platform.0"});
}

TEST(DroppedRule, LosesNothingWhereCxlHasIt)
{
    EXPECT_EQ(dropped_rule()
                  .committed(both)
                  .dax_cxl_live()
                  .resolution()
                  .drops(range_a)
                  .claim(Word::dax_region, 0, both)
                  .found(),
              Found{});
}

TEST(ChainRule, GivesARangeThatTwoRegionsMakeUpToCxl)
{
    const auto chain = [] {
        return chain_rule().committed(range_a).region(range_b, committed_state, 1).resolution();
    };
    EXPECT_EQ(chain()
                  .drops(both)
                  .claim(Word::dax_region, 0, range_a)
                  .claim(Word::dax_region, 1, range_b)
                  .found(),
              Found{});
    EXPECT_EQ(chain().registers(both, 1).found(),
              (Found{"wrong-owner:work hmem_platform.0", "lost-range:work hmem_platform.0"}));
}

TEST(ChainRule, GivesTheRangeToHmemWhereOneByteIsMissing)
{
    const Range later{range_b.start + 1, range_b.end};
    EXPECT_EQ(chain_rule()
                  .committed(range_a)
                  .region(later, committed_state, 1)
                  .resolution()
                  .registers(both, 1)
                  .found(),
              Found{});
}

TEST(ChainRule, GivesTheRangeToHmemWhereTheRegionIsLarger)
{
    const Range larger{both.start, both.end + 1};
    EXPECT_EQ(chain_rule().committed(larger).resolution().registers(both, 1).found(), Found{});
}

TEST(ChainRule, GivesTheRangeToHmemWhereTwoRegionsStartAlike)
{
    EXPECT_EQ(chain_rule()
                  .committed(both)
                  .region(range_a, committed_state, 1)
                  .resolution()
                  .registers(both, 1)
                  .found(),
              Found{});
}

// V4-2: it asks for no state, and what it trusts in never commits.
TEST(ChainRule, LosesARangeWhoseRegionNeverCommitted)
{
    EXPECT_EQ(chain_rule()
                  .region(both, kernel::CXL_CONFIG_INTERLEAVE_ACTIVE)
                  .resolution()
                  .drops(both)
                  .found(),
              Found{"lost-range:work hmem_platform.0"});
}

TEST(ChainRule, LosesNothingThatWasDecommittedSince)
{
    EXPECT_EQ(chain_rule()
                  .committed(both)
                  .resolution()
                  .drops(both)
                  .region(both, kernel::CXL_CONFIG_ACTIVE)
                  .found(),
              Found{});
}

TEST(ChainRule, LosesARangeWhenOneDaxRegionOfItsChainIsMissing)
{
    EXPECT_EQ(chain_rule()
                  .committed(range_a)
                  .region(range_b, committed_state, 1)
                  .resolution()
                  .drops(both)
                  .claim(Word::dax_region, 1, range_b)
                  .found(),
              Found{"lost-range:work hmem_platform.0"});
}

TEST(DecidesAgain, LetsAProbeAfterTheResolutionWaitForAnother)
{
    Story story = chain_rule().committed(both).resolution();
    story.drops(both).claim(Word::dax_region, 0, both).probe_walk().drops(both);
    EXPECT_EQ(story.found(), Found{});
}

// V4-3: whatever the last range left behind decides for all.
TEST(DecidesAgain, FiresWhenAProbeAfterTheResolutionRegisters)
{
    EXPECT_EQ(chain_rule()
                  .resolution()
                  .registers(both, 1)
                  .unbind(host)
                  .delete_device(1)
                  .release(Word::hmem, 1)
                  .probe_walk()
                  .registers(both, 1)
                  .found(),
              Found{"wrong-owner:probe hmem_platform.0"});
}

TEST(AllOrNothing, GivesEveryWindowRangeToCxlWhereRegionsContainThemAll)
{
    const auto decided = [] {
        return all_or_nothing().committed(both).survey({range_a, range_b}).resolution();
    };
    EXPECT_EQ(decided().drops(range_a).drops(range_b).end_walk().found(), Found{});
    EXPECT_EQ(decided().registers(range_a, 1).drops(range_b).end_walk().found(),
              Found{"wrong-owner:work hmem_platform.0"});
}

TEST(AllOrNothing, GivesEveryWindowRangeToHmemWhereOneIsNotContained)
{
    const auto decided = [] {
        return all_or_nothing().committed(range_a).survey({range_a, range_b}).resolution();
    };
    EXPECT_EQ(decided().registers(range_a, 1).registers(range_b, 2).end_walk().found(), Found{});
    EXPECT_EQ(decided().drops(range_a).registers(range_b, 2).end_walk().found(),
              (Found{"wrong-owner:work hmem_platform.0", "lost-range:work hmem_platform.0"}));
}

// A walk stops at the first range that no region contains; one that stops too early does not help.
TEST(AllOrNothing, CountsTheRangesThatTheSurveyDidNotReach)
{
    EXPECT_EQ(all_or_nothing()
                  .committed(both)
                  .survey({range_a})
                  .resolution()
                  .registers(range_a, 1)
                  .registers(range_b, 2)
                  .found(),
              Found(2, "wrong-owner:work hmem_platform.0"))
        << "one for each range";
    EXPECT_EQ(all_or_nothing()
                  .committed(range_a)
                  .survey({range_a})
                  .resolution()
                  .registers(range_a, 1)
                  .registers(range_b, 2)
                  .found(),
              Found{});
}

TEST(AllOrNothing, DecidesByTheSurveyAndNotByWhatHappensAfterIt)
{
    EXPECT_EQ(all_or_nothing()
                  .survey({range_a, range_b})
                  .committed(both)
                  .resolution()
                  .registers(range_a, 1)
                  .registers(range_b, 2)
                  .found(),
              Found{});
}

TEST(AllOrNothing, AcceptsEitherDecisionWhenTheFactsChangeDuringTheSurveyButOnlyOneForAllRanges)
{
    const auto decided = [] {
        Story story = all_or_nothing();
        story.resolution().visit(range_a).committed(both).visited(range_a).drops(range_b);
        return story.end_walk().resolution();
    };
    EXPECT_EQ(decided().drops(range_a).drops(range_b).found(), Found{});
    EXPECT_EQ(decided().registers(range_a, 1).registers(range_b, 2).found(), Found{});
    EXPECT_EQ(decided().drops(range_a).registers(range_b, 2).found(),
              Found{"wrong-owner:work hmem_platform.0"});
}

TEST(AllOrNothing, TakesTwoWalksForOneResolutionAndAThirdForAnother)
{
    EXPECT_EQ(all_or_nothing().resolution().end_walk().resolution().end_walk().found(), Found{});
    EXPECT_EQ(all_or_nothing().resolution().end_walk().next_task().resolution().end_walk().found(),
              Found{"repeated-resolution:work hmem_platform.0"});
    EXPECT_EQ(all_or_nothing()
                  .resolution()
                  .end_walk()
                  .resolution()
                  .end_walk()
                  .resolution()
                  .end_walk()
                  .found(),
              Found{"repeated-resolution:work hmem_platform.0"});
}

TEST(KeepsTheMode, GivesARangeToHmemAtAProbeAfterHmemWon)
{
    const auto reloaded = [] {
        return all_or_nothing()
            .survey({range_a, range_b})
            .resolution()
            .registers(range_a, 1)
            .registers(range_b, 2)
            .end_walk()
            .unbind(host)
            .delete_device(1)
            .delete_device(2)
            .release(Word::hmem, 1)
            .release(Word::hmem, 2)
            .probe_walk();
    };
    EXPECT_EQ(reloaded().registers(range_a, 1).registers(range_b, 2).found(), Found{});
    // V6-10: forgotten with dax.ko.
    EXPECT_EQ(reloaded().drops(range_a).registers(range_b, 2).found(),
              (Found{"wrong-owner:probe hmem_platform.0", "lost-range:probe hmem_platform.0"}));
}

TEST(KeepsTheMode, LeavesARangeToCxlAtAProbeAfterCxlWon)
{
    const auto reloaded = [] {
        return all_or_nothing()
            .committed(both)
            .survey({range_a, range_b})
            .resolution()
            .drops(range_a)
            .drops(range_b)
            .end_walk()
            .probe_walk();
    };
    EXPECT_EQ(reloaded().drops(range_a).drops(range_b).found(), Found{});
    EXPECT_EQ(reloaded().drops(range_a).registers(range_b, 2).found(),
              Found{"wrong-owner:probe hmem_platform.0"});
}

TEST(WrongOwner, SaysNothingOfAVisitInWhichACallWasMadeToFail)
{
    Story story = chain_rule().resolution();
    story.visit(both).fault().visited(both);
    EXPECT_EQ(story.found(), Found{"lost-range:work hmem_platform.0"});
}

} // namespace properties
