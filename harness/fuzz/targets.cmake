# SPDX-License-Identifier: GPL-2.0-only
# The fuzz targets and what lies beside each in bin/: T_seed_corpus.zip, T.dict, T.options.
#
#   fuzz/fuzz_*.cpp             one target each
#   fuzz/ownership_target.cpp   one for each row of the table of revisions: fuzz_ownership_ID
#
# They carry no GoogleTest, RapidCheck or CLI11, and no path of this tree: a fleet moves them about.
# `cmake --install BUILD --prefix OUT` puts targets and side files in one folder, and nothing else.

separate_arguments(engine UNIX_COMMAND "${LIB_FUZZING_ENGINE}")
if(NOT engine)
    add_library(hmemfuzz_replay STATIC fuzz/replay_main.cpp)
    set(engine hmemfuzz_replay)
endif()

file(GLOB targets CONFIGURE_DEPENDS fuzz/fuzz_*.cpp)
list(FILTER targets EXCLUDE REGEX "_test\\.cpp$")
list(TRANSFORM targets REPLACE ".*/" "" OUTPUT_VARIABLE target_files)
# Objects, not an archive: an engine looks for its optional hooks without asking for them.
hmemfuzz_room(fuzz KIND OBJECT USES report run generators LINK Boost::headers
    EXCEPT replay_main.cpp side_files.cpp ownership_target.cpp mutator.cpp ${target_files})
# The hooks by which libFuzzer has the generators make its inputs: for what reads the wire form.
add_library(hmemfuzz_mutator OBJECT EXCLUDE_FROM_ALL fuzz/mutator.cpp)
target_link_libraries(hmemfuzz_mutator PUBLIC hmemfuzz_generators hmemfuzz_run)

# The ids are read from the table itself: the first column of its rows. A test compares.
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS drivers/registry.cpp)
file(READ drivers/registry.cpp registry)
string(REGEX MATCHALL "\n\t{ \"[a-z0-9-]+\"," revision_ids "${registry}")
list(TRANSFORM revision_ids REPLACE ".*\"(.*)\",$" "\\1")
if(TARGET fuzz_test)
    list(JOIN revision_ids " " joined_ids)
    target_compile_definitions(fuzz_test PRIVATE HMEMFUZZ_REVISION_IDS="${joined_ids}")
    target_link_libraries(fuzz_test PRIVATE hmemfuzz_mutator)
endif()

# Not in bin/: whatever a fleet finds beside a target may be taken for one.
add_executable(side_files fuzz/side_files.cpp)
target_link_libraries(side_files PRIVATE hmemfuzz_run)
set_target_properties(side_files PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tools)
# A build in a container may not be traced, which the search for leaks needs.
set(side_files_command ${CMAKE_COMMAND} -E env ASAN_OPTIONS=detect_leaks=0 $<TARGET_FILE:side_files>)

# hmemfuzz_fuzz_target(TARGET SOURCE FORM CORPUS [REVISION])
# FORM: what the target reads: wire, text or trees. CORPUS: the folder with its seeds; those in the
# wire form are text there. REVISION: on which no seed may show a violation.
function(hmemfuzz_fuzz_target target source form corpus)
    add_executable(${target} ${source})
    target_link_libraries(${target} PRIVATE hmemfuzz_fuzz ${engine})

    set(beside ${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/${target})
    set(folder ${CMAKE_CURRENT_BINARY_DIR}/seeds/${target})
    file(GLOB_RECURSE seeds CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/corpus/${corpus}/*)
    set(fill ${CMAKE_COMMAND} -E copy ${seeds} ${folder})
    if(form STREQUAL wire)
        target_link_libraries(${target} PRIVATE hmemfuzz_mutator)
        set(revision ${ARGN} all)
        list(GET revision 0 revision)
        set(fill ${side_files_command} seeds ${folder} ${revision} ${seeds})
    endif()
    add_custom_command(OUTPUT ${beside}_seed_corpus.zip
        COMMAND ${CMAKE_COMMAND} -E rm -rf ${folder} ${beside}_seed_corpus.zip
        COMMAND ${CMAKE_COMMAND} -E make_directory ${folder}
        COMMAND ${fill}
        COMMAND ${CMAKE_COMMAND} -E chdir ${folder}
                ${CMAKE_COMMAND} -E tar cf ${beside}_seed_corpus.zip --format=zip .
        DEPENDS side_files ${seeds} COMMENT "Seeds of ${target}" VERBATIM)
    add_custom_command(OUTPUT ${beside}.dict
        COMMAND ${side_files_command} dictionary ${beside}.dict ${form}
        DEPENDS side_files COMMENT "Dictionary of ${target}" VERBATIM)
    configure_file(fuzz/${form}.options ${beside}.options COPYONLY)
    add_custom_target(${target}_side_files DEPENDS ${beside}_seed_corpus.zip ${beside}.dict)
    add_dependencies(${target} ${target}_side_files)

    install(TARGETS ${target} DESTINATION .)
    install(FILES ${beside}_seed_corpus.zip ${beside}.dict ${beside}.options DESTINATION .)
endfunction()

foreach(id IN LISTS revision_ids)
    hmemfuzz_fuzz_target(fuzz_ownership_${id} fuzz/ownership_target.cpp wire fuzz_ownership ${id})
    target_compile_definitions(fuzz_ownership_${id} PRIVATE HMEMFUZZ_REVISION_ID="${id}")
endforeach()

# Those whose input is no scenario in the wire form.
set(form_of_fuzz_resource_trees trees)
set(form_of_fuzz_scenario_text text)
foreach(file IN LISTS targets)
    get_filename_component(target ${file} NAME_WE)
    set(form wire)
    if(DEFINED form_of_${target})
        set(form ${form_of_${target}})
    endif()
    # What reads scenarios shares the seeds of the ownership targets.
    set(corpus fuzz_ownership)
    if(EXISTS ${PROJECT_SOURCE_DIR}/corpus/${target})
        set(corpus ${target})
    endif()
    hmemfuzz_fuzz_target(${target} ${file} ${form} ${corpus})
endforeach()
