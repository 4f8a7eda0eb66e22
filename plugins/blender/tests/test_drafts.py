# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of the meshes of a live session."""

import bpy
import numpy as np
from support import Blender, module, positions

#: A tetrahedron.
_CLOSED = np.array([(0, 2, 1), (0, 1, 3), (1, 2, 3), (0, 3, 2)], np.uint32)


def edges_of(data: bpy.types.Mesh) -> list[tuple[int, ...]]:
    """Returns the sorted vertices of each edge, sorted."""
    return sorted(tuple(sorted(edge.vertices)) for edge in data.edges)


class Drafts(Blender):
    def written(self, source: object, frame: object, edges: bool = True) -> bpy.types.Mesh:
        """Returns a new mesh with a draft. edges: False to let Blender find them."""
        draft, data = module("drafts").Draft.of(source), bpy.data.meshes.new("draft")
        if not edges:
            draft = type(draft)(**{**vars(draft), "edges": None, "edge_of_corner": None})
        else:
            self.assertIsNotNone(draft.edges)
        draft.write(data, frame)
        return data

    def test_a_draft_is_the_mesh_of_the_library_with_the_edges_of_blender(self) -> None:
        meshes, model = module("meshes"), module("api").model()
        for prompt in ("a wooden chair", "a lighthouse", "a pig wearing a party hat"):
            source = model.generate(prompt, module("making").Order("", detail=64, texture_size=0, triangles=0).options())
            frame = meshes.Frame.on_the_ground(source.info, model.info.meters_per_unit, 1.5)
            ours, blenders, full = self.written(source, frame), self.written(source, frame, edges=False), bpy.data.meshes.new("full")
            meshes.write(full, source, frame)
            self.assertEqual(edges_of(ours), edges_of(blenders))
            self.assertFalse(ours.validate(verbose=True), f"the draft of {prompt} is invalid")
            np.testing.assert_array_equal(positions(ours), positions(full))
            for name, field, width in (("Color", "color", 4), ("metallic", "value", 1), ("roughness", "value", 1)):
                found, wanted = (np.empty(len(full.vertices) * width, np.float32) for _ in range(2))
                ours.attributes[name].data.foreach_get(field, found)
                full.attributes[name].data.foreach_get(field, wanted)
                # Colors of full detail have 8 bits.
                np.testing.assert_allclose(found, wanted, atol=0.01, err_msg=name)

    def test_edges_of_other_surfaces_are_left_to_blender(self) -> None:
        found = module("drafts").edges_of
        edges, of_corner = found(_CLOSED, 4)
        self.assertEqual(sorted(map(tuple, edges.tolist())), [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)])
        for corner, (start, end) in enumerate(zip(_CLOSED.reshape(-1), np.roll(_CLOSED, -1, axis=1).reshape(-1), strict=True)):
            self.assertEqual(set(edges[of_corner[corner]]), {start, end})
        self.assertIsNone(found(_CLOSED[1:], 4), "an open surface")
        second = np.where(_CLOSED > 1, _CLOSED + 2, _CLOSED)
        self.assertIsNone(found(np.concatenate([_CLOSED, second]).astype(np.uint32), 6), "two tetrahedra with a common edge")
        self.assertIsNone(found(_CLOSED[:, ::-1][:2], 4))
        self.assertIsNone(found(_CLOSED, 1 << 17), "numbers with more than 16 bits")
        self.assertIsNone(found(np.array([(0, 0, 1), (1, 0, 0)], np.uint32), 2), "triangles without area")
