// SPDX-License-Identifier: GPL-2.0-only
#include "generators/actors.hpp"
#include "generators/layouts.hpp"
#include "generators/testing.hpp"

#include <algorithm>

namespace generators {
namespace {

using scenario::OperationCode;

const scenario::Layout rich = {.regions = {{3, {0x1000, 0x1fff}}},
                               .hmem_platform_1 = scenario::MemoryRange{{0x5000, 0x5fff}, 0}};

template <typename Holds> int count(const std::vector<scenario::Actor> &actors, Holds holds)
{
    int found = 0;
    for (const scenario::Actor &actor : actors)
        found += static_cast<int>(
            std::count_if(actor.operations.begin(), actor.operations.end(), holds));
    return found;
}

TEST(Actors, EveryOperationComesUpWithinTwoHundredDraws)
{
    Seeded source(1);
    std::array<int, scenario::operation_codes> likely{};
    std::array<int, scenario::operation_codes> unlikely{};
    Weights weights = even_weights();
    for (int draw = 0; draw < 200; ++draw)
        for (const bool story : {false, true}) {
            weights.likely = story ? 1 : 0;
            weights.unlikely = story ? 0 : 1;
            for (const auto &actor : make_actors(rich, weights, 16, source))
                for (const auto &operation : actor.operations)
                    ++(story ? likely : unlikely)[static_cast<std::size_t>(operation.code)];
        }
    EXPECT_GT(*std::min_element(unlikely.begin(), unlikely.end()), 10);
    // No story needs insmod: who administers uses modprobe.
    likely[static_cast<std::size_t>(OperationCode::insmod)] = 11;
    EXPECT_GT(*std::min_element(likely.begin(), likely.end()), 10);
}

TEST(Actors, AnOperationThatIsSwitchedOffDoesNotComeUp)
{
    Seeded source(2);
    for (std::size_t code = 0; code < scenario::operation_codes; ++code) {
        if (static_cast<OperationCode>(code) == OperationCode::modprobe)
            continue; // never is
        SCOPED_TRACE(code);
        Weights weights = even_weights();
        weights.operations[code] = 0;
        const auto is_it = [&](const auto &item) {
            return item.code == static_cast<OperationCode>(code);
        };
        int others = 0;
        for (int draw = 0; draw < 100; ++draw) {
            const auto actors = make_actors(rich, weights, 16, source);
            EXPECT_EQ(count(actors, is_it), 0) << "nor in a story, nor for what awaits it";
            others += count(actors, [](const auto &) { return true; });
        }
        EXPECT_GT(others, 100);
    }
}

TEST(Actors, StoriesAreAsFrequentAsTheRarestOfTheirOperations)
{
    const auto stories_with = [](const Weights &weights, OperationCode code) {
        Seeded source(4);
        int with = 0;
        for (int draw = 0; draw < 500; ++draw) {
            const Operations story = make_story(rich, weights, source);
            with += std::any_of(story.begin(), story.end(),
                                [&](const auto &item) { return item.code == code; });
        }
        return with;
    };
    Weights weights = even_weights();
    const int usual = stories_with(weights, OperationCode::bind);
    weights.operations.fill(8);
    weights.operations[static_cast<std::size_t>(OperationCode::rmmod)] = 1;
    EXPECT_GT(usual, 10);
    EXPECT_GT(stories_with(weights, OperationCode::bind), usual);
    EXPECT_LT(stories_with(weights, OperationCode::rmmod),
              stories_with(even_weights(), OperationCode::rmmod) / 2);
}

TEST(Actors, StoriesUndoWhatTheyDidToTheSameObject)
{
    Seeded source(3);
    int reloads = 0;
    int others = 0;
    for (int draw = 0; draw < 500; ++draw) {
        const Operations story = make_story(rich, even_weights(), source);
        for (std::size_t i = 2; i < story.size(); ++i) {
            const bool is_reload = story[i - 2].code == OperationCode::modprobe &&
                                   story[i - 1].code == OperationCode::rmmod &&
                                   story[i].code == OperationCode::modprobe;
            (is_reload && story[i - 2] == story[i] && story[i - 1].object == story[i].object
                 ? reloads
                 : others) += is_reload ? 1 : 0;
        }
    }
    EXPECT_GT(reloads, 10);
    EXPECT_EQ(others, 0);
}

TEST(Actors, WithoutRegionsAndSecondDeviceNothingIsDoneToThem)
{
    Seeded source(4);
    for (int draw = 0; draw < 500; ++draw) {
        scenario::Scenario scenario;
        scenario.actors = make_actors({}, even_weights(), 16, source);
        EXPECT_EQ(count(scenario.actors,
                        [](const auto &item) {
                            return item.object.word == kernel::Word::region ||
                                   item.code == OperationCode::add;
                        }),
                  0);
        ASSERT_TRUE(testing::is_valid(scenario));
    }
}

TEST(Actors, AreOneToFourOrNone)
{
    Seeded source(5);
    std::array<int, bounds::actors_max + 1> counts{};
    for (int draw = 0; draw < 300; ++draw)
        ++counts.at(make_actors(rich, even_weights(), 200, source).size());
    EXPECT_GT(*std::min_element(counts.begin(), counts.end()), 5);
    EXPECT_GT(counts[1], counts[2] + counts[3]);
}

} // namespace
} // namespace generators
