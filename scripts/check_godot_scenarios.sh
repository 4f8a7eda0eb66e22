# The tests of scripts/check_godot.sh that need a process or a project of their own. That script sources this
# file, which uses its functions `fresh` and `godot`, and its folders `work` and `tests`.

# ---- quitting and scene changes during work ----------------------------------------------------------------

for frames in 0 1 5; do
    godot "quit_$frames" "$tests" --script scenarios/quit_while_working.gd -- "$frames" "quit after $frames frames of work"
done
godot change_scene "$tests" --script scenarios/change_scene.gd

# ---- libraries that cannot be used -------------------------------------------------------------------------

unusable() { # NAME PART: uses every class with the library that is in the project now
    godot "library_$1" "$work/unusable" --script scenarios/unusable_library.gd -- "a library that is $1" "$2"
}
fake() { # CODE: makes a library of C code
    cc -shared -fPIC -x c - -o "$work/unusable/addons/att3d/bin/libatt3d.so" <<<"$1"
}
fresh "$work/unusable" plugins/godot/tests
library=$work/unusable/addons/att3d/bin/libatt3d.so
rm "$library"
unusable missing "is missing"
echo "this is a text" >"$library"
unusable no_library "cannot be opened"
# A library for another machine: the field e_machine of an ELF file is at byte 18.
cp plugins/godot/addons/att3d/bin/libatt3d.so "$library"
printf '\xb7' | dd of="$library" bs=1 seek=18 conv=notrunc status=none
unusable foreign_machine "cannot be opened"
fake 'int something_else(void) { return 1; }'
unusable another_library "is not the library att3d"
fake 'unsigned att3d_abi_version(void) { return 9; }'
unusable older "has the ABI version 0.9"
fake 'unsigned att3d_abi_version(void) { return 2 << 16; }'
unusable newer "has the ABI version 2.0"
fake 'unsigned att3d_abi_version(void) { return 1 << 16 | 999; }'
unusable incomplete "is incomplete"

# ---- the editor --------------------------------------------------------------------------------------------

# The editor opens the project twice, as after `Reload Current Project`. The addon's own plugin is not enabled.
for round in first second; do
    godot "editor_$round" "$tests" --editor --quit-after 200
    grep -q "att3d.gdextension" "$tests/.godot/extension_list.cfg" &&
        sed -i "\$i ok: the editor opens the project, $round time" "$work/editor_$round.log"
done

# ---- a scene in a project without the addon ----------------------------------------------------------------

rm -rf "$work/plain"
cp -r plugins/godot/tests/projects/plain "$work/plain"
godot save_scene "$tests" --script scenarios/save_scene.gd -- "$work/plain"
godot plain "$work/plain" --script open_scene.gd

# ---- an exported game --------------------------------------------------------------------------------------

fresh "$work/game" plugins/godot/tests/projects/game
cp models/toybox/toybox.att3d "$work/game/"
rm -rf "$work/exported"
mkdir -p "$work/exported"
godot export "$work/game" --export-release Linux "$work/exported/game.x86_64"
if [[ -x $work/exported/game.x86_64 && -f $work/exported/libatt3d.so && ! -e $work/exported/toybox.att3d ]]; then
    sed -i '$i ok: a game is exported with the library' "$work/export.log"
fi
# Only the exported files remain.
rm -rf "$work/game"
status=0
timeout 120 scripts/run_godot.sh "$work/exported/game.x86_64" --headless --verbose >"$work/game.log" 2>&1 </dev/null || status=$?
printf '\nexit status: %d\n' "$status" >>"$work/game.log"

# ---- with OpenGL, so that a live update uploads its mesh ---------------------------------------------------

status=0
timeout 300 scripts/run_godot.sh env LIBGL_ALWAYS_SOFTWARE=1 xvfb-run -a -s "-screen 0 640x480x24" godot --rendering-driver opengl3 \
    --audio-driver Dummy --verbose --path "$tests" --script run.gd -- live >"$work/opengl.log" 2>&1 </dev/null || status=$?
printf '\nexit status: %d\n' "$status" >>"$work/opengl.log"
