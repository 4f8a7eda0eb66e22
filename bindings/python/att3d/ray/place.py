"""The output folder of a job, on any file system of fsspec."""

import json
import os
import uuid
from collections.abc import Iterable
from typing import Any

from .._optional import optional
from .plan import Shard


class Place:
    """An output folder. url: a path, or a URL such as s3://bucket/props. Raises ImportError without fsspec."""

    def __init__(self, url: str):
        fsspec = optional("fsspec", "fsspec", "att3d.ray")
        self._files, root = fsspec.url_to_fs(url)
        self._root = root.rstrip("/")
        protocol = self._files.protocol
        self._is_local = "file" in ((protocol,) if isinstance(protocol, str) else protocol)

    def path(self, file: str) -> str:
        """Returns the path of a file in its file system. file: path below the folder."""
        return f"{self._root}/{file}"

    def put(self, file: str, content: bytes) -> None:
        """Writes a file completely or not at all.

        An object store does so by itself. On a disk, the file is written under another name first.
        """
        place = self.path(file)
        self._files.makedirs(place.rsplit("/", 1)[0], exist_ok=True)
        if not self._is_local:
            self._files.pipe_file(place, content)
            return
        part = self.path(f".att3d/shards/{uuid.uuid4().hex}.part")
        self._files.makedirs(part.rsplit("/", 1)[0], exist_ok=True)
        self._files.pipe_file(part, content)
        os.replace(part, place)

    def sizes(self) -> dict[str, int]:
        """Returns the sizes of all files by their paths below the folder."""
        if not self._files.exists(self._root):
            return {}
        found = self._files.find(self._root, detail=True)
        return {path[len(self._root) + 1 :]: info["size"] for path, info in found.items()}

    def remove(self, file: str) -> None:
        """Removes a file."""
        self._files.rm_file(self.path(file))

    def write_manifest(self, file: str, entries: Iterable[dict[str, Any]]) -> None:
        """Writes a manifest: one line of JSON per entry."""
        lines = (json.dumps(entry, ensure_ascii=False, separators=(",", ":")) for entry in entries)
        self.put(file, "".join(f"{line}\n" for line in lines).encode())

    def manifest(self, shard: Shard) -> list[dict[str, Any]]:
        """Returns the entries of a shard that is finished."""
        content = self._files.cat_file(self.path(manifest_of(shard))).decode()
        return [json.loads(line) for line in content.split("\n") if line]

    def is_finished(self, shard: Shard, sizes: dict[str, int]) -> bool:
        """Returns whether all files of a shard are there. sizes: result of `sizes`."""
        if manifest_of(shard) not in sizes:
            return False
        entries = [entry for entry in self.manifest(shard) if entry["status"] == "done"]
        pictures = (entry["thumbnail"] for entry in entries if "thumbnail" in entry)
        return all(sizes.get(entry["file"]) == entry["bytes"] for entry in entries) and all(
            picture in sizes for picture in pictures
        )


def manifest_of(shard: Shard) -> str:
    """Returns the path of a shard's manifest below the output folder."""
    return f".att3d/shards/{shard.digest}.jsonl"
