# find_package(att3d) defines the targets att3d::att3d (shared library) and att3d::static, both with the C and
# C++ headers.
#
#     find_package(att3d 0.1 REQUIRED)
#     target_link_libraries(program PRIVATE att3d::att3d)
#
# `cargo cinstall` puts this file into PREFIX/share/att3d.
get_filename_component(_att3d_prefix "${CMAKE_CURRENT_LIST_DIR}/../.." ABSOLUTE)

set(att3d_INCLUDE_DIR "${_att3d_prefix}/include")

# Sets a variable to the first of several files that exists, or to nothing. find_library is not used, because
# its cache variable would keep the path that was found in an earlier prefix.
function(_att3d_first variable)
    set(${variable} "" PARENT_SCOPE)
    foreach(file IN LISTS ARGN)
        if(EXISTS "${file}")
            set(${variable} "${file}" PARENT_SCOPE)
            return()
        endif()
    endforeach()
endfunction()

if(WIN32)
    _att3d_first(att3d_SHARED "${_att3d_prefix}/bin/att3d.dll" "${_att3d_prefix}/bin/libatt3d.dll")
    # Import libraries: cargo-c writes att3d.dll.lib or att3d.dll.a, and then att3d.lib is the static library.
    # The archive of scripts/build_windows.sh has att3d.lib for MSVC and libatt3d.dll.a for MinGW.
    _att3d_first(_att3d_import "${_att3d_prefix}/lib/att3d.dll.lib" "${_att3d_prefix}/lib/att3d.dll.a")
    if(_att3d_import)
        _att3d_first(att3d_STATIC "${_att3d_prefix}/lib/att3d.lib" "${_att3d_prefix}/lib/libatt3d.a")
    else()
        set(_att3d_imports "${_att3d_prefix}/lib/att3d.lib" "${_att3d_prefix}/lib/libatt3d.dll.a")
        if(MINGW)
            list(REVERSE _att3d_imports)
        endif()
        _att3d_first(_att3d_import ${_att3d_imports})
        _att3d_first(att3d_STATIC "${_att3d_prefix}/lib/libatt3d.a")
        unset(_att3d_imports)
    endif()
    if(NOT _att3d_import)
        set(att3d_SHARED "")
    endif()
else()
    # Debian has lib/ARCHITECTURE, and Fedora has lib64.
    foreach(folder lib "lib/${CMAKE_LIBRARY_ARCHITECTURE}" lib64)
        list(APPEND _att3d_shared "${_att3d_prefix}/${folder}/libatt3d${CMAKE_SHARED_LIBRARY_SUFFIX}")
        list(APPEND _att3d_archives "${_att3d_prefix}/${folder}/libatt3d.a")
    endforeach()
    _att3d_first(att3d_SHARED ${_att3d_shared})
    _att3d_first(att3d_STATIC ${_att3d_archives})
    unset(_att3d_shared)
    unset(_att3d_archives)
endif()

if(NOT EXISTS "${att3d_INCLUDE_DIR}/att3d.h" OR NOT (att3d_SHARED OR att3d_STATIC))
    set(att3d_FOUND FALSE)
    set(att3d_NOT_FOUND_MESSAGE "no att3d.h or no library under ${_att3d_prefix}: install them with `cargo cinstall`")
    return()
endif()

if(att3d_SHARED AND NOT TARGET att3d::att3d)
    add_library(att3d::att3d SHARED IMPORTED)
    set_target_properties(att3d::att3d PROPERTIES
        IMPORTED_LOCATION "${att3d_SHARED}" INTERFACE_INCLUDE_DIRECTORIES "${att3d_INCLUDE_DIR}")
    if(WIN32)
        set_target_properties(att3d::att3d PROPERTIES IMPORTED_IMPLIB "${_att3d_import}")
    endif()
endif()

if(att3d_STATIC AND NOT TARGET att3d::static)
    find_package(Threads REQUIRED)
    add_library(att3d::static STATIC IMPORTED)
    set_target_properties(att3d::static PROPERTIES
        IMPORTED_LOCATION "${att3d_STATIC}"
        INTERFACE_INCLUDE_DIRECTORIES "${att3d_INCLUDE_DIR}"
        INTERFACE_COMPILE_DEFINITIONS ATT3D_STATIC)
    # System libraries that Rust's standard library and the C++ code need.
    if(WIN32)
        set(_att3d_system kernel32 ntdll userenv ws2_32 dbghelp bcrypt)
    elseif(APPLE)
        set(_att3d_system m)
    else()
        set(_att3d_system stdc++ gcc_s m rt dl)
    endif()
    set_target_properties(att3d::static PROPERTIES INTERFACE_LINK_LIBRARIES "Threads::Threads;${_att3d_system}")
endif()
