package main

import (
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/mod/zip"
)

const rootPath = "github.com/lambdapatterns/lambdapatterns"

// The modules that users import, by their folders. The others of the repository are not for import.
var published = []string{"", "templatetest", "tracing/tracingotlp"}

// workshop is a folder with a module proxy that has the published modules, and the environment in which go gets them there.
type workshop struct {
	root, dir string
	env       []string
	modules   []module.Version
}

func newWorkshop(root, dir string) (*workshop, error) {
	w := &workshop{root: root, dir: dir}
	cache, err := output(root, "go", "env", "GOMODCACHE")
	if err != nil {
		return nil, err
	}
	proxy, err := output(root, "go", "env", "GOPROXY")
	if err != nil {
		return nil, err
	}
	local := func(elem ...string) string { return "file://" + filepath.ToSlash(filepath.Join(elem...)) }
	w.env = []string{
		"GOPROXY=" + strings.Join([]string{local(dir, "proxy"), local(cache, "cache", "download"), proxy}, ","),
		"GOMODCACHE=" + filepath.Join(dir, "modules"),
		"GOFLAGS=-mod=mod -modcacherw -buildvcs=false",
		"GOPRIVATE=", "GONOPROXY=none", "GONOSUMDB=" + rootPath, // what is not published has no checksum in the database
		"GOWORK=off",
	}
	for _, folder := range published {
		version, err := w.version(folder)
		if err != nil {
			return nil, err
		}
		w.modules = append(w.modules, module.Version{Path: path.Join(rootPath, folder), Version: version})
	}
	for i, folder := range published {
		if err := w.pack(folder, w.modules[i]); err != nil {
			return nil, fmt.Errorf("packing %s: %w", w.modules[i], err)
		}
	}
	return w, nil
}

// version is what the folder's module is tagged with at HEAD, and otherwise the pseudo-version of the commit.
func (w *workshop) version(folder string) (string, error) {
	prefix := ""
	if folder != "" {
		prefix = folder + "/"
	}
	tags, err := output(w.root, "git", "tag", "--points-at", "HEAD", "--list", prefix+"v[0-9]*")
	if err != nil {
		return "", err
	}
	if versions := strings.Fields(tags); len(versions) > 0 {
		return strings.TrimPrefix(versions[len(versions)-1], prefix), nil
	}
	commit, err := output(w.root, "git", "log", "-1", "--format=%H %cI")
	if err != nil {
		return "", err
	}
	revision, at, _ := strings.Cut(commit, " ")
	when, err := time.Parse(time.RFC3339, at)
	if err != nil {
		return "", err
	}
	return module.PseudoVersion("v0", "", when, revision[:12]), nil
}

// pack writes the files with which a proxy answers for one version of a module.
func (w *workshop) pack(folder string, m module.Version) error {
	escaped, err := module.EscapePath(m.Path)
	if err != nil {
		return err
	}
	at := filepath.Join(w.dir, "proxy", filepath.FromSlash(escaped), "@v")
	if err := os.MkdirAll(at, 0o755); err != nil {
		return err
	}
	goMod, err := w.goMod(folder, m)
	if err != nil {
		return err
	}
	files, err := w.files(folder, goMod)
	if err != nil {
		return err
	}
	packed, err := os.Create(filepath.Join(at, m.Version+".zip"))
	if err != nil {
		return err
	}
	defer packed.Close()
	if err := zip.Create(packed, m, files); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(at, m.Version+".mod"), goMod, 0o644); err != nil {
		return err
	}
	info := fmt.Sprintf("{\"Version\":%q}\n", m.Version)
	if err := os.WriteFile(filepath.Join(at, m.Version+".info"), []byte(info), 0o644); err != nil {
		return err
	}
	return packed.Close()
}

// goMod is the module's go.mod as a release has it. A replace means nothing to users, so what a module requires of the
// repository's others must be there under the version that it names. Before a release that is v0.0.0, in whose place this puts
// the version that is packed, as a release does; at a tag it must be right as it is.
func (w *workshop) goMod(folder string, m module.Version) ([]byte, error) {
	name := filepath.Join(w.root, filepath.FromSlash(folder), "go.mod")
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	f, err := modfile.Parse(name, text, nil)
	if err != nil {
		return nil, err
	}
	changed := false
	for _, r := range f.Require {
		i := slices.IndexFunc(w.modules, func(o module.Version) bool { return o.Path == r.Mod.Path })
		if i < 0 || r.Mod.Version == w.modules[i].Version {
			continue
		}
		if !module.IsPseudoVersion(m.Version) {
			return nil, fmt.Errorf("it requires %s and not %s, which this commit is: CONTRIBUTING.md has the steps of a release",
				r.Mod, w.modules[i].Version)
		}
		if err := f.AddRequire(r.Mod.Path, w.modules[i].Version); err != nil {
			return nil, err
		}
		changed = true
	}
	if !changed {
		return text, nil
	}
	return f.Format()
}

// files are those of the folder that git knows or would take, with goMod in the place of go.mod, and the licence. Package zip
// leaves out what belongs to a module further down.
func (w *workshop) files(folder string, goMod []byte) ([]zip.File, error) {
	dir := filepath.Join(w.root, filepath.FromSlash(folder))
	listed, err := output(dir, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	if err != nil {
		return nil, err
	}
	var files []zip.File
	for name := range strings.SplitSeq(strings.Trim(listed, "\x00"), "\x00") {
		f := file{name: name, path: filepath.Join(dir, filepath.FromSlash(name))}
		if name == "go.mod" {
			f.path = filepath.Join(w.dir, strings.ReplaceAll(folder, "/", "-")+"-go.mod")
			if err := os.WriteFile(f.path, goMod, 0o644); err != nil {
				return nil, err
			}
		}
		if _, err := os.Lstat(f.path); os.IsNotExist(err) {
			continue // deleted, and not committed yet
		}
		files = append(files, f)
	}
	if folder != "" {
		files = append(files, file{name: "LICENSE", path: filepath.Join(w.root, "LICENSE")})
	}
	return files, nil
}

// file is a file of a module, which need not lie where the module has it.
type file struct{ name, path string }

func (f file) Path() string                 { return f.name }
func (f file) Lstat() (os.FileInfo, error)  { return os.Lstat(f.path) }
func (f file) Open() (io.ReadCloser, error) { return os.Open(f.path) }
