"""Bakes a catalog on a Ray cluster: ``python -m att3d.ray CATALOG -o OUT``.

The command ``att3d bake`` reads the catalog and makes the assets; this package only divides the rows into
shards and runs the command for each shard as a task of Ray. So a catalog means the same on one machine and on
a cluster: columns, options, rules, names, measures and the manifest have one implementation. A task loads
the model once for its shard, which takes about as long as one asset.

Ray may run a task again, for example if its machine was lost. Files have the names that the catalog gives
them, a shard writes its manifest after all its files, and the manifests of the shards are merged at the
end. So a task that runs twice leaves the same files as one that runs once.
"""
