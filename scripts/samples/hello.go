package main

import (
	"fmt"
	"os"
	"runtime"
	"strings"
)

func main() {
	fmt.Printf("Hello from %s, as user %d.\n", strings.Replace(runtime.Version(), "go", "Go ", 1), os.Getuid())

	if err := os.WriteFile("/etc/left-behind", nil, 0o644); err != nil {
		fmt.Printf("Nothing can be written outside the working folder: %v.\n", err)
	} else {
		fmt.Println("Files can be written anywhere.")
	}
}
