// SPDX-License-Identifier: GPL-2.0-only
// hmemfuzz matrix, faults and bugs: tables over many runs.
#include "cli/testing.hpp"

namespace cli::testing {
namespace {

TEST_F(Command, MatrixOfAllRegressionsIsAsExpected)
{
    const Ended ended = run("matrix --regressions " HMEMFUZZ_SOURCE_DIR "/regressions");
    EXPECT_EQ(ended.code, 0) << ended.out;
    EXPECT_EQ(ended.err, "");
    EXPECT_EQ(ended.out.find('\x1b'), ended.out.npos) << "colours in a pipe";
    EXPECT_EQ(ended.out.find("!! "), ended.out.npos);
    EXPECT_NE(ended.out.find(" as expected, 0 not; "), ended.out.npos) << ended.out;
    EXPECT_EQ(ended.out.rfind("file ", 0), 0U);
}

TEST_F(Command, MatrixShowsEveryDifferenceAndExitsWithOne)
{
    std::filesystem::create_directory(path("regressions"));
    write("regressions/flush.toml", flush_before_probe);
    const Ended ended = run("matrix --revision v7-reviewed --revision v7-static-init");
    EXPECT_EQ(ended.code, 1);
    EXPECT_NE(ended.out.find("\nflush  !!clean  clean\n"), ended.out.npos) << ended.out;
    EXPECT_NE(ended.out.find("not as expected: flush.toml on v7-static-init\n"
                             "  expected: uninitialized-work:dax_hmem_exit\n"
                             "  observed: nothing\n"
                             "1 files, 2 cells: 1 as expected, 1 not; "),
              ended.out.npos)
        << ended.out;
    EXPECT_EQ(run("matrix --revision v7").code, 0);
    EXPECT_EQ(run("matrix flush.toml --revision v7").code, 0);
    EXPECT_EQ(run("matrix --revision v8").code, 1) << "the file says nothing of v8";
}

TEST_F(Command, MatrixTellsMachinesEverything)
{
    const Ended ended = run("matrix flush.toml --revision v7 --revision v8 --json");
    EXPECT_EQ(ended.code, 1);
    const auto json = nlohmann::json::parse(ended.out);
    EXPECT_EQ(json["revisions"], nlohmann::json::array({"v7", "v8"}));
    const auto &file = json["files"][0];
    EXPECT_EQ(file["file"], "flush.toml");
    EXPECT_EQ(file["title"], "flush before probe");
    EXPECT_EQ(file["shows"], nlohmann::json::array());
    EXPECT_EQ(file["cells"][0]["misplaced"], nlohmann::json::array());
    EXPECT_EQ(file["open"], false);
    const auto &cell = file["cells"][0];
    EXPECT_EQ(cell["revision"], "v7");
    EXPECT_EQ(cell["as_expected"], true);
    EXPECT_EQ(cell["expected"], cell["observed"]);
    EXPECT_EQ(cell["observed"][1], "uninitialized-work:dax_hmem_exit");
    EXPECT_EQ(cell["findings"][0]["status"], "violation");
    EXPECT_TRUE(file["cells"][1]["expected"].is_null());
    EXPECT_EQ(file["cells"][1]["as_expected"], false);
    EXPECT_EQ(json["count"]["differing"], 1);
}

TEST_F(Command, MatrixPrintsWhatToExpect)
{
    const Ended ended = run("matrix --print-expect flush.toml --revision v8 --revision v7");
    EXPECT_EQ(ended.code, 0);
    EXPECT_EQ(ended.out, "[expect]\n"
                         "v7 = [\"uninitialized-work:cxl_dax_region_driver_register\", "
                         "\"uninitialized-work:dax_hmem_exit\"]\n"
                         "v8 = []\n");
    // What is printed is what the matrix compares with.
    write("same.toml",
          "[layout]\nwindows = [{ name = 'window0', range = '0x850000000-0x284fffffff' }]"
          "\n[[actor]]\nname = 'admin'\nops = ['modprobe dax_cxl']\n" +
              run("matrix --print-expect flush.toml").out);
    EXPECT_EQ(run("matrix same.toml").code, 0);
}

TEST_F(Command, MatrixRefusesBadInput)
{
    expect_refused("matrix", "regressions: cannot read: No such file or directory; "
                             "--regressions says where they are\n");
    expect_refused("matrix --regressions /dev/null", "/dev/null: cannot read: Not a directory; "
                                                     "--regressions says where they are\n");
    std::filesystem::create_directory(path("empty"));
    expect_refused("matrix --regressions empty", "empty: there is no *.toml in it; "
                                                 "--regressions says where they are\n");
    expect_refused("matrix flush.toml missing.toml", "missing.toml: cannot read: ");
    expect_refused("matrix flush.toml --revision v77",
                   "--revision: unknown revision 'v77', did you mean 'v7'?");
    write("bad.toml", "title = 1\n");
    expect_refused("matrix bad.toml", "bad.toml:1:9: 'title' must be a string");
    write("unknown.toml", "[expect]\nv77 = []\n");
    expect_refused("matrix unknown.toml",
                   "unknown.toml:2:1: unknown revision 'v77', did you mean 'v7'?");
}

TEST_F(Command, FaultsFailsEveryCallOnce)
{
    const std::string file = HMEMFUZZ_SOURCE_DIR "/regressions/v7-2-exit-flush.toml";
    const Ended ended = run("faults " + file + " --revision mainline");
    EXPECT_EQ(ended.code, 0) << ended.out;
    EXPECT_EQ(ended.err, "");
    EXPECT_EQ(ended.out,
              "role   nth  call                            made by        verdict\n"
              "admin  1    alloc_workqueue(dax_hmem_wq)    dax_hmem_init  clean\n"
              "admin  2    driver_register(hmem_platform)  dax_hmem_init  clean\n"
              "admin  3    driver_register(hmem)           dax_hmem_init  clean\n"
              "mainline: 3 calls failed one at a time: 3 clean, 0 known, 0 new, 0 without a "
              "verdict\n");
}

TEST_F(Command, FaultsTellsWhatIsNewAndWhatRegressionsKnow)
{
    write("leak.toml", "[layout]\nsoft_reserved = [{ range = '0x100000000-0x13fffffff' }]\n"
                       "[[actor]]\nname = 'admin'\nops = ['modprobe dax_hmem']\n");
    const Ended ended = run("faults leak.toml --revision v8");
    EXPECT_EQ(ended.code, 1);
    EXPECT_NE(ended.out.find("missing-put-device:dax_hmem_init [NEW]\n"), ended.out.npos)
        << ended.out;

    const std::string known = " --regressions " HMEMFUZZ_SOURCE_DIR "/regressions";
    const Ended quiet = run("faults leak.toml --revision v8" + known);
    EXPECT_EQ(quiet.code, 0);
    EXPECT_NE(quiet.out.find("missing-put-device:dax_hmem_init [known]\n"), quiet.out.npos);
    EXPECT_EQ(run("faults leak.toml --revision v8 --strict" + known).code, 1);

    const auto json = nlohmann::json::parse(run("faults leak.toml --revision v8 --json").out);
    EXPECT_EQ(json["count"]["new"], 1);
    EXPECT_EQ(json["count"]["calls"], json["runs"].size());
    bool told = false;
    for (const auto &one : json["runs"])
        for (const auto &finding : one["findings"])
            if (finding["new"] == true) {
                told = true;
                EXPECT_EQ(finding["identity"], "missing-put-device:dax_hmem_init");
                EXPECT_EQ(one["site"], "driver_register");
                EXPECT_EQ(one["object"], "hmem");
                EXPECT_EQ(one["function"], "dax_hmem_init");
            }
    EXPECT_TRUE(told);
    expect_refused("faults leak.toml --regressions nowhere", "nowhere: cannot read: ");
}

TEST_F(Command, ListsEachBugOfTheRegressionsOnceWithWhereAndByWhatItShows)
{
    const std::string folder = " --regressions " HMEMFUZZ_SOURCE_DIR "/regressions";
    const Ended people = run("bugs" + folder);
    EXPECT_EQ(people.code, 0);
    // A violation on the revision it is named after, an open finding with its exception.
    for (const std::string line : {"V7-1 v7 uninitialized-work:cxl_dax_region_driver_register - ",
                                   "ML-3 mainline lost-range:process_defer_work ML-3 ",
                                   // On mainline only who has the range shows it.
                                   "ML-15 pre unusable-range:dax_hmem_init - "})
        EXPECT_EQ(people.out.find(line), people.out.rfind(line)) << line;
    EXPECT_NE(people.out.find("\nV7-1 v7 "), people.out.npos);
    // V7-10 shows by who has a range, which is no finding.
    EXPECT_EQ(people.out.find("V7-10 "), people.out.npos);
    EXPECT_EQ(people.err.rfind("no run finds, since no violation is a sign of it: ", 0), 0U);
    EXPECT_NE(people.err.find(", V7-10"), people.err.npos);
    EXPECT_EQ(people.err.find("ML-15"), people.err.npos);
    const auto json = nlohmann::json::parse(run("bugs --json" + folder).out);
    EXPECT_EQ(json.size(), std::count(people.out.begin(), people.out.end(), '\n'));
    EXPECT_EQ(run("bugs --regressions nowhere").code, 2);
}

} // namespace
} // namespace cli::testing
