// SPDX-License-Identifier: GPL-2.0-only
#include "fuzz/collection.hpp"

#include "fuzz/failure.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <utility>

namespace fuzz {

Collection::Collection(std::string folder) : folder_(std::move(folder)) {}

void Collection::keep(const std::string &identity, const std::uint8_t *data, std::size_t size)
{
    const auto known = smallest_.find(identity);
    if (known != smallest_.end() && known->second <= size)
        return;
    if (known == smallest_.end())
        tell("found ", identity);
    smallest_[identity] = size;
    write(identity, data, size);
}

void Collection::write(std::string name, const std::uint8_t *data, std::size_t size) const
{
    std::replace(name.begin(), name.end(), ':', '.');
    const std::string path = folder_ + '/' + name + ".wire";
    const std::string unfinished = path + ".new";
    std::FILE *file = std::fopen(unfinished.c_str(), "wb");
    const bool written = file != nullptr && std::fwrite(data, 1, size, file) == size;
    if (file == nullptr || std::fclose(file) != 0 || !written ||
        std::rename(unfinished.c_str(), path.c_str()) != 0) {
        tell("cannot write ", path);
        std::_Exit(3);
    }
}

Collection *collection()
{
    static std::optional<Collection> instance = []() -> std::optional<Collection> {
        const char *folder = std::getenv("HMEMFUZZ_KEEP_GOING");
        if (folder == nullptr)
            return std::nullopt;
        std::error_code error;
        if (!std::filesystem::is_directory(folder, error)) {
            tell("HMEMFUZZ_KEEP_GOING: is no folder: ", folder);
            std::_Exit(2);
        }
        return Collection(folder);
    }();
    return instance ? &*instance : nullptr;
}

} // namespace fuzz
