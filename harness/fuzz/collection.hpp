// SPDX-License-Identifier: GPL-2.0-only
// What a target keeps that goes on after a find: the environment variable HMEMFUZZ_KEEP_GOING names the
// folder, which must be there.
//
// Covers: the smallest input for each identity, in a file named after it. Does not cover: what is
// found, and whether that is worth keeping.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

namespace fuzz {

class Collection {
public:
    explicit Collection(std::string folder);

    // "property:cause". Tells it the first time. Ends the process with 3 where it cannot write.
    void keep(const std::string &identity, const std::uint8_t *data, std::size_t size);

private:
    void write(std::string name, const std::uint8_t *data, std::size_t size) const;

    std::string folder_;
    std::map<std::string, std::size_t> smallest_;
};

// nullptr unless the process is to go on. Ends it with 2 where the variable names no folder.
Collection *collection();

} // namespace fuzz
