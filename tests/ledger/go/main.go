// Verifies an exported ledger with Go's own implementation of signed notes and transparency logs.
//
//	main DIRECTORY VERIFIER_KEY INDEX
//
// It reads the checkpoint and the static tiles in DIRECTORY, checks the checkpoint's signature, proves the
// record at INDEX by hashes that it authenticates against the checkpoint, proves that the log at INDEX+1 is
// a prefix, and prints size, root and the record's digest.
package main

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

type files struct{ directory string }

func (f files) Height() int { return height }

func (f files) SaveTiles([]tlog.Tile, [][]byte) {}

func (f files) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		data, err := os.ReadFile(filepath.Join(f.directory, path(tile.Path(), strconv.Itoa(tile.L))))
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

// path turns Go's tile/H/L/N into C2SP's tile/L/N, with level in the place of L.
func path(goPath string, level string) string {
	parts := strings.SplitN(goPath, "/", 4)
	return strings.Join([]string{"tile", level, parts[3]}, "/")
}

func entry(directory string, size, index int64) ([]byte, error) {
	width := size - index/256*256
	if width > 256 {
		width = 256
	}
	tile := tlog.Tile{H: height, L: 0, N: index / 256, W: int(width)}
	bundle, err := os.ReadFile(filepath.Join(directory, path(tile.Path(), "entries")))
	if err != nil {
		return nil, err
	}
	for skip := index % 256; ; skip-- {
		length := int(binary.BigEndian.Uint16(bundle))
		if skip == 0 {
			return bundle[2 : 2+length], nil
		}
		bundle = bundle[2+length:]
	}
}

func verify(directory, key string, index int64) error {
	message, err := os.ReadFile(filepath.Join(directory, "checkpoint"))
	if err != nil {
		return err
	}
	verifier, err := note.NewVerifier(key)
	if err != nil {
		return err
	}
	opened, err := note.Open(message, note.VerifierList(verifier))
	if err != nil {
		return err
	}
	lines := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return err
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil {
		return err
	}
	record, err := entry(directory, size, index)
	if err != nil {
		return err
	}
	reader := tlog.TileHashReader(tlog.Tree{N: size, Hash: root}, files{directory})
	proof, err := tlog.ProveRecord(size, index, reader)
	if err != nil {
		return err
	}
	if err := tlog.CheckRecord(proof, size, root, index, tlog.RecordHash(record)); err != nil {
		return err
	}
	older, err := tlog.TreeHash(index+1, reader)
	if err != nil {
		return err
	}
	prefix, err := tlog.ProveTree(size, index+1, reader)
	if err != nil {
		return err
	}
	if err := tlog.CheckTree(prefix, size, root, index+1, older); err != nil {
		return err
	}
	digest := sha256.Sum256(record)
	fmt.Println(size, root, hex.EncodeToString(digest[:]), older)
	for _, hash := range proof {
		fmt.Println(hash)
	}
	return nil
}

func main() {
	index, err := strconv.ParseInt(os.Args[3], 10, 64)
	if err == nil {
		err = verify(os.Args[1], os.Args[2], index)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
