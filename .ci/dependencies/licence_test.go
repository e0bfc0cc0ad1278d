package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/module"
)

func TestClassify(t *testing.T) {
	t.Parallel()
	const bsd = "Redistribution and use in source and binary\nforms, with or without modification, are permitted provided that"
	for text, want := range map[string]string{
		"   Apache License\n  Version 2.0, January 2004\n": "Apache-2.0",
		"The above copyright notice and this permission notice shall be included in all\ncopies or substantial portions of the Software.": "MIT",
		"MIT No Attribution\n\nPermission is hereby granted":                                                                              "MIT-0",
		bsd: "BSD-2-Clause",
		bsd + "\nnor the names of its contributors may be used to endorse or promote products derived from\nthis software":       "BSD-3-Clause",
		bsd + " All advertising materials mentioning features":                                                                   "BSD-4-Clause",
		"Permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby granted": "ISC",
		"Mozilla Public License, version 2.0\n\"Secondary License\" means the GNU General Public License, Version 2.0, or":       "MPL-2.0",
		"GNU GENERAL PUBLIC LICENSE\n  Version 3, 29 June 2007":                                                                  "GPL",
		"Apache License Version 2.0, January 2004\n" + bsd + " it is":                                                            "Apache-2.0 BSD-2-Clause",
		"All rights reserved. You may look at this on Tuesdays.":                                                                 "",
		"This software is provided \"as is\".":                                                                                   "",
	} {
		if got := strings.Join(classify(text), " "); got != want {
			t.Errorf("classify(%q) is %q, want %q", text, got, want)
		}
	}
}

func TestLicencesIn(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if got, err := licencesIn(dir); err == nil {
		t.Errorf("a module without a licence has %v, want an error", got)
	}
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("LICENSE.txt", "Apache License Version 2.0, January 2004")
	write("licenses.go", "package licenses // business source license")
	if got, err := licencesIn(dir); err != nil || !slices.Equal(got, []string{"Apache-2.0"}) {
		t.Errorf("licencesIn is %v, %v", got, err)
	}
	write("COPYING", "Ask me.")
	if got, err := licencesIn(dir); err == nil {
		t.Errorf("a module with a licence that nobody knows has %v, want an error", got)
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	for name, x := range map[string]struct {
		licences []string
		folder   string
		refused  bool
	}{
		"allowed":             {[]string{"MIT"}, "", false},
		"not for the root":    {[]string{"MPL-2.0"}, "", true},
		"for templatetest":    {[]string{"MPL-2.0"}, "templatetest", false},
		"one of two":          {[]string{"MIT", "GPL"}, "examples", true},
		"unknown to the list": {[]string{"BSD-4-Clause"}, "", true},
	} {
		d := dependency{Version: module.Version{Path: "example.com/m", Version: "v1.0.0"}, licences: x.licences, direct: map[string]bool{x.folder: true}}
		if got := d.refused(); (len(got) > 0) != x.refused {
			t.Errorf("%s: refused is %v", name, got)
		}
	}
}
