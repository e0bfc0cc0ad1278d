package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

var licenceFile = regexp.MustCompile(`(?i)^(licen[cs]e|copying|unlicense)([._-].*)?$`)

// licencesIn are the licences in the files of a module's folder that are named after what is in them.
func licencesIn(dir string) ([]string, error) {
	if dir == "" {
		return nil, errors.New("go mod download did not say where it is")
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var found []string
	for _, e := range entries {
		if e.IsDir() || !licenceFile.MatchString(e.Name()) || strings.HasSuffix(e.Name(), "-SUMMARY") {
			continue // a summary tells of the other files
		}
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return nil, err
		}
		licences := classify(string(text))
		if len(licences) == 0 {
			return nil, fmt.Errorf("the licence in %s is none that is known here: read it, and teach classify to tell it",
				filepath.Join(dir, e.Name()))
		}
		found = append(found, licences...)
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("there is no licence in %s", dir)
	}
	slices.Sort(found)
	return slices.Compact(found), nil
}

// sentences that stand in one licence only. Texts are compared in lower case, with one space between words.
var sentences = []struct{ licence, sentence string }{
	{"Apache-2.0", "apache license version 2.0, january 2004"},
	{"Apache-2.0", `licensed under the apache license, version 2.0`},
	{"MIT", "the above copyright notice and this permission notice shall be included in all copies or substantial portions of the software"},
	{"ISC", "permission to use, copy, modify, and distribute this software for any purpose with or without fee is hereby granted"},
	{"ISC", "permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby granted"},
	{"MPL-2.0", "mozilla public license version 2.0 "},
	{"MPL-2.0", "mozilla public license, version 2.0 "},
	{"AGPL", "gnu affero general public license version "},
	{"GPL", "gnu general public license version "},
	{"LGPL", "gnu lesser general public license version "},
	{"SSPL", "server side public license"},
	{"BUSL", "business source license"},
	{"MIT-0", "mit no attribution permission is hereby granted"},
	{"Unlicense", "this is free and unencumbered software released into the public domain"},
	{"EPL", "eclipse public license"},
}

// classify tells the licences in a text by sentences of theirs: what has several has several licences.
func classify(text string) []string {
	text = strings.Join(strings.Fields(strings.ToLower(text)), " ") + " "
	var found []string
	for _, s := range sentences {
		// The Mozilla licence names GNU's, as what may be chosen besides it.
		if strings.HasSuffix(s.licence, "GPL") && strings.Contains(text, "mozilla public license") {
			continue
		}
		if strings.Contains(text, s.sentence) {
			found = append(found, s.licence)
		}
	}
	if strings.Contains(text, "redistribution and use in source and binary forms, with or without modification, are permitted") {
		bsd := "BSD-2-Clause"
		if strings.Contains(text, "used to endorse or promote products derived from this software") {
			bsd = "BSD-3-Clause"
		}
		if strings.Contains(text, "all advertising materials mentioning features") {
			bsd = "BSD-4-Clause"
		}
		found = append(found, bsd)
	}
	slices.Sort(found)
	return slices.Compact(found)
}
