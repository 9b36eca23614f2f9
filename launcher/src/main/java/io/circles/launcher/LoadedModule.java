package io.circles.launcher;

import io.circles.script.CircleModule;

/// A module as it was read, and what its files were then.
record LoadedModule(ModuleFiles files, ModuleListing listing, CircleModule module) {

    /// Reads the module.
    ///
    /// @throws LauncherException if that cannot be done
    static LoadedModule of(ModuleFiles files) {
        ModuleListing listing = files.list(); // first, so that what changes meanwhile is seen
        return new LoadedModule(files, listing, files.read(listing));
    }

    /// Names the file only: scripts are not for logs.
    @Override
    public String toString() {
        return "LoadedModule[" + files.main() + "]";
    }
}
