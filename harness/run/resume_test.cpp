// SPDX-License-Identifier: GPL-2.0-only
// A search that is stopped and goes on finds what one finds that is not stopped.
#include "run/explore.hpp"
#include "run/testing.hpp"

#include <stdexcept>

namespace run::testing {

namespace {

struct Search {
    const char *name;
    const char *file;
    ExploreOptions options;
};

std::vector<Search> searches()
{
    return {
        {"in turn", "v7-2-exit-flush.toml", {.switches_max = 3}},
        {"at once", "v7-2-exit-flush.toml", {.switches_max = 3, .in_turn = false}},
        {"faults", "v7-2-exit-flush.toml", {.switches_max = 1, .faults_max = 1}},
        {"a part", "v7-2-exit-flush.toml", {.switches_max = 2, .shard = 1, .shards = 3}},
        {"reduced", "v8-1-reference-leaked.toml", {.reduced = true}},
        {"a part, reduced",
         "v8-1-reference-leaked.toml",
         {.reduced = true, .shard = 1, .shards = 3}},
    };
}

Explored run(const Search &search, const ExploreOptions &options)
{
    Machine machine;
    return explore(machine, revision("v7"), regression(search.file), options);
}

// Stopped after so many runs, again and again.
Explored in_pieces(const Search &search, std::uint64_t runs, std::size_t &pieces)
{
    ExploreOptions options = search.options;
    options.go_on = [runs](std::uint64_t made) { return made < runs; };
    Explored found = run(search, options);
    for (pieces = 1; found.stopped; ++pieces) {
        const Explored before = std::move(found);
        EXPECT_FALSE(before.next.empty());
        options.from = &before;
        found = run(search, options);
    }
    return found;
}

} // namespace

TEST(Resume, PiecesOfASearchFindWhatItFindsInOneGo)
{
    for (const Search &search : searches()) {
        const Explored whole = run(search, search.options);
        EXPECT_TRUE(whole.next.empty());
        for (const std::uint64_t runs : {2U, 20U}) {
            SCOPED_TRACE(std::string(search.name) + ", " + std::to_string(runs));
            std::size_t pieces = 0;
            const Explored found = in_pieces(search, runs, pieces);
            if (runs == 2)
                EXPECT_GT(pieces, 2U);
            EXPECT_EQ(found.complete, whole.complete);
            EXPECT_EQ(found.blocked, whole.blocked);
            EXPECT_EQ(found.pruned, whole.pruned);
            EXPECT_EQ(found.by_switches, whole.by_switches);
            EXPECT_EQ(found.repeated, whole.repeated);
            EXPECT_EQ(found.deepest, whole.deepest);
            EXPECT_EQ(found.final_states, whole.final_states);
            EXPECT_EQ(found.exhausted, whole.exhausted);
            EXPECT_TRUE(found.is_whole() && found.next.empty());
            ASSERT_EQ(found.rows.size(), whole.rows.size());
            for (std::size_t i = 0; i < whole.rows.size(); ++i) {
                EXPECT_EQ(found.rows[i].runs, whole.rows[i].runs);
                EXPECT_EQ(found.rows[i].switches, whole.rows[i].switches);
                EXPECT_EQ(found.rows[i].faults, whole.rows[i].faults);
            }
        }
    }
}

TEST(Resume, APositionOfAnotherSearchIsRefused)
{
    for (const Search &search : searches())
        for (const Position &position :
             {Position{"chois 1 0"}, Position{"switches 0", "choice 9999 0"},
              Position{"part 1", "63 1 0"}, Position{"part 1", "64 1 0"}}) {
            Explored before;
            before.stopped = true;
            before.next = position;
            ExploreOptions options = search.options;
            options.from = &before;
            EXPECT_THROW(run(search, options), std::invalid_argument) << search.name;
        }
}

} // namespace run::testing
