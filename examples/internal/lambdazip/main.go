// Command lambdazip packs functions for Lambda, so that the same build makes the same file, byte by byte, on every machine:
//
//	lambdazip FOLDER FUNCTION…
//
// For each function, such as payments/api, it puts FOLDER/payments/api/bootstrap into FOLDER/payments-api.zip, as the executable
// file bootstrap in the zip's root, which the runtime provided.al2023 starts.
package main

import (
	"archive/zip"
	"bytes"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"
	"time"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("lambdazip: ")
	if len(os.Args) < 3 {
		log.Fatal("usage: lambdazip FOLDER FUNCTION…")
	}
	for _, function := range os.Args[2:] {
		path, err := pack(os.Args[1], function)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(path)
	}
}

// pack writes a function's zip and returns its path.
func pack(folder, function string) (string, error) {
	binary, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(function), "bootstrap"))
	if err != nil {
		return "", err
	}
	packed, err := zipped(binary)
	if err != nil {
		return "", err
	}
	path := filepath.Join(folder, strings.ReplaceAll(function, "/", "-")+".zip")
	return path, os.WriteFile(path, packed, 0o644)
}

// zipped makes the zip. Its only file has the first time that the format knows, and not that of the build.
func zipped(binary []byte) ([]byte, error) {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	header := &zip.FileHeader{Name: "bootstrap", Method: zip.Deflate, Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)}
	header.SetMode(0o755)
	file, err := w.CreateHeader(header)
	if err != nil {
		return nil, err
	}
	if _, err := file.Write(binary); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
