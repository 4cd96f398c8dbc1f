// SPDX-License-Identifier: GPL-2.0-only
// hmemfuzz explore: what it says and refuses. Does not cover: files of what was found
// (explore_state_test.cpp), signals (interrupt_test.cpp).
#include "cli/testing.hpp"

namespace cli::testing {
namespace {

TEST_F(Command, ExploreSaysWhatIsThereAndWithinWhichBounds)
{
    write("two.toml", two_ranges);
    const Ended found = run("explore two.toml --revision v7 --switches 1");
    EXPECT_EQ(found.code, 1);
    EXPECT_EQ(found.err, "");
    EXPECT_NE(found.out.find("repeated-resolution:process_defer_work"), found.out.npos);
    EXPECT_NE(found.out.find("admin before region_intersects iomem #2 -> resolution"),
              found.out.npos);
    EXPECT_NE(found.out.find("v7: complete within 1 switch and 0 faults: "), found.out.npos);
    const Ended clean = run("explore two.toml --revision v8 --switches 1");
    EXPECT_EQ(clean.code, 0);
    EXPECT_NE(clean.out.find("nothing shows on any of them"), clean.out.npos);
    write("idle.toml", "faults = ['admin: driver_register(hmem)#9']\n[[actor]]\nname = 'admin'\n"
                       "ops = ['modprobe dax_hmem']\n");
    const Ended idle = run("explore idle.toml --revision v8 --switches 1");
    EXPECT_EQ(idle.code, 3);
    EXPECT_NE(idle.out.find("a fault of the file never fires"), idle.out.npos) << idle.out;
    EXPECT_NE(idle.out.find("none of them with a verdict"), idle.out.npos) << idle.out;
    // Only the shown counts of a run that was stopped can be trusted.
    const Ended stopped = run("explore two.toml --revision v8 --switches 1 --runs 5");
    EXPECT_EQ(stopped.code, 3);
    EXPECT_NE(stopped.out.find("v8: NOT complete within 1 switch and 0 faults"), stopped.out.npos);
    const Ended reduced = run("explore two.toml --revision v8 --switches all --runs 5");
    EXPECT_NE(reduced.out.find("v8: NOT complete within any number of switches and 0 faults"),
              reduced.out.npos)
        << reduced.out;
}

TEST_F(Command, ExploreGivesTheSameFactsWithJobsAndTwice)
{
    write("two.toml", two_ranges);
    const std::string line = "explore two.toml --revision v7 --switches 2 --json";
    auto one = nlohmann::json::parse(run(line).out);
    auto two = nlohmann::json::parse(run(line).out);
    auto four = nlohmann::json::parse(run(line + " --jobs 4").out);
    EXPECT_EQ(one["status"], "complete");
    EXPECT_GT(one["complete"], 100);
    for (auto *json : {&one, &two, &four}) {
        json->erase("executions_a_second");
        json->erase("repeated");
        (*json)["found"].erase("repeated");
    }
    EXPECT_EQ(one, two);
    EXPECT_EQ(one, four);
}

TEST_F(Command, ExploreWritesTheSmallestScheduleOfEachRow)
{
    write("two.toml", two_ranges);
    EXPECT_EQ(run("explore two.toml --revision v7 --switches 1 --write found").code, 2)
        << "there is no such folder";
    std::filesystem::create_directory(path("found"));
    EXPECT_EQ(run("explore two.toml --revision v7 --switches 1 --write found").code, 1);
    const std::string file = "found/repeated-resolution.process_defer_work.toml";
    EXPECT_NE(read(file).find("admin before region_intersects iomem #2 -> resolution"),
              std::string::npos);
    const Ended again = run("run " + file);
    EXPECT_EQ(again.code, 1);
    EXPECT_NE(again.out.find("repeated-resolution:process_defer_work"), again.out.npos);
}

TEST_F(Command, ExploreRefusesWhatIsOutOfBounds)
{
    for (const std::string option : {"--runs -3", "--runs 0"})
        EXPECT_EQ(run("explore flush.toml " + option).code, 2) << option;
    write("two.toml", two_ranges);
    for (const std::string bad :
         {"--switches 65", "--switches many", "--switches -1", "--faults 17", "--jobs 0",
          "--shard 3/2", "--shard 0/2", "--shard 1", "--runs 0",
          // What would mean nothing there.
          "--operations 2", "--layouts outside", "--yes", "--no-reduction"}) {
        const Ended ended = run("explore two.toml " + bad);
        EXPECT_EQ(ended.code, 2) << bad;
        EXPECT_EQ(ended.out, "") << bad;
        EXPECT_NE(ended.err, "") << bad;
    }
}

TEST_F(Command, ExploreOfAllProgramsSaysWhatItTakesAndFindsTheSmallestProgram)
{
    const std::string line = "explore --all-programs --operations 1 --actors 2 --layouts no-range";
    const Ended found = run(line + " --revision v7");
    EXPECT_EQ(found.code, 1);
    EXPECT_EQ(found.err.substr(0, 6), "about ");
    EXPECT_NE(found.out.find(
                  "v7: complete within actors: 2, operations of each: 1, switches: 1, faults: 0, "
                  "layouts: no-range: "),
              found.out.npos);
    EXPECT_NE(found.out.find("uninitialized-work:cxl_dax_region_driver_register  [violation]"),
              found.out.npos);
    EXPECT_NE(found.out.find("    a: modprobe dax_cxl\n"), found.out.npos);
    EXPECT_EQ(run(line).code, 0) << "mainline";

    const std::string json = line + " --revision v7 --json";
    auto one = nlohmann::json::parse(run(json).out);
    auto three = nlohmann::json::parse(run(json + " --jobs 3").out);
    EXPECT_GT(one["programs"], 100);
    for (auto *facts : {&one, &three})
        EXPECT_EQ(facts->erase("executions_a_second"), 1U);
    EXPECT_EQ(three, one);
}

TEST_F(Command, ExploreOfAllProgramsAsksBeforeLongWork)
{
    const Ended ended = run("explore --all-programs --operations 3 --actors 4 --layouts region-ok");
    EXPECT_EQ(ended.code, 2);
    EXPECT_EQ(ended.out, "");
    EXPECT_NE(ended.err.find("more than ten minutes: --yes"), ended.err.npos);
    for (const std::string bad : {"--layouts nowhere", "--operations 4", "--actors 5", "--faults 1",
                                  "--runs 0", "file.toml", "--write nowhere", "--switches all",
                                  "--layouts outside,outside", "--no-reduction", "--format text"}) {
        const Ended refused = run("explore --all-programs " + bad);
        EXPECT_EQ(refused.code, 2) << bad;
        EXPECT_EQ(refused.out, "") << bad;
    }
    // More than the sample that the estimate is made of is ready to run.
    const Ended long_sample =
        run("explore --all-programs --operations 1 --actors 2 --layouts two-ranges --switches 6");
    EXPECT_EQ(long_sample.code, 2);
    EXPECT_NE(long_sample.err.find(", at least "), long_sample.err.npos) << long_sample.err;
    expect_refused("explore", "explore: FILE is required, or --all-programs");

    // However many schedules a program has, the estimate comes to an end.
    const std::string deep =
        "explore --all-programs --operations 1 --layouts region-ok --switches ";
    for (const std::string switches : {"5", "all --no-reduction"}) {
        const Ended deeper = run(deep + switches);
        EXPECT_EQ(deeper.code, 2) << switches;
        EXPECT_NE(deeper.err.find(" programs, at least "), deeper.err.npos) << deeper.err;
        EXPECT_NE(deeper.err.find("--yes"), deeper.err.npos) << deeper.err;
    }
    // Unless it is not to be run to the end. (A program that was begun is: it has one schedule here.)
    const Ended bounded =
        run("explore --all-programs --operations 3 --actors 4 --layouts region-ok "
            "--switches 0 --runs 100 --jobs 2");
    EXPECT_NE(bounded.err.find(" programs, about 100 runs, about "), bounded.err.npos)
        << bounded.err;
    EXPECT_NE(bounded.out.find("NOT complete within "), bounded.out.npos) << bounded.out;
    const Ended all = run("explore --all-programs --operations 1 --actors 1 --layouts no-range "
                          "--switches all");
    EXPECT_EQ(all.code, 0);
    EXPECT_NE(all.out.find("mainline: complete within actors: 1, operations of each: 1, switches: "
                           "all, faults: 0, layouts: no-range: "),
              all.out.npos)
        << all.out;
}

} // namespace
} // namespace cli::testing
