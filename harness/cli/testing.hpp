// SPDX-License-Identifier: GPL-2.0-only
// For tests: the command as a user has it: the built program in a folder of its own, exit codes, output.
#pragma once

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

namespace cli::testing {

inline constexpr const char *flush_before_probe = R"(title = "flush before probe"

[layout]
windows = [{ name = "window0", range = "0x850000000-0x284fffffff" }]

[[actor]]
name = "admin"
ops = ["modprobe dax_cxl"]

[expect]
v7 = ["uninitialized-work:cxl_dax_region_driver_register", "uninitialized-work:dax_hmem_exit"]
v7-static-init = ["uninitialized-work:dax_hmem_exit"]
v7-reviewed = []
)";

inline constexpr const char *two_ranges = R"(title = "two ranges in one window"
[layout]
soft_reserved = [{ range = "0x850000000-0x94fffffff" }, { range = "0x950000000-0xa4fffffff" }]
windows = [{ name = "window0", range = "0x850000000-0x284fffffff" }]
[[actor]]
name = "admin"
ops = ["modprobe dax_hmem"]
)";

struct Ended {
    int code;
    std::string out;
    std::string err;
};

class Command : public ::testing::Test {
protected:
    void SetUp() override
    {
        std::string name = (std::filesystem::temp_directory_path() / "hmemfuzz.XXXXXX").string();
        ASSERT_NE(mkdtemp(name.data()), nullptr);
        folder_ = name;
        write("flush.toml", flush_before_probe);
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    // In the folder of the test; `arguments` are the shell's.
    Ended run(const std::string &arguments) const
    {
        const std::string errors = path("stderr");
        const std::string line = "cd '" + folder_.string() + "' && '" HMEMFUZZ_COMMAND "' " +
                                 arguments + " 2>'" + errors + "'";
        std::FILE *pipe = popen(line.c_str(), "r");
        std::string out;
        std::array<char, 4096> buffer;
        while (const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), pipe))
            out.append(buffer.data(), count);
        const int status = pclose(pipe);
        const std::string err = read("stderr");
        std::filesystem::remove(errors);
        return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, out, err};
    }
    std::string path(const std::string &name) const { return (folder_ / name).string(); }
    void write(const std::string &name, const std::string &bytes) const
    {
        std::ofstream(path(name), std::ios::binary) << bytes;
    }
    std::string read(const std::string &name) const
    {
        std::ifstream file(path(name), std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }
    std::size_t files() const
    {
        return static_cast<std::size_t>(
            std::distance(std::filesystem::directory_iterator(folder_), {}));
    }
    // Nothing but a message on stderr.
    void expect_refused(const std::string &arguments, const std::string &message) const
    {
        const Ended ended = run(arguments);
        EXPECT_EQ(ended.code, 2) << arguments;
        EXPECT_EQ(ended.out, "") << arguments;
        EXPECT_EQ(ended.err.substr(0, message.size()), message) << arguments;
    }

private:
    std::filesystem::path folder_;
};

} // namespace cli::testing
