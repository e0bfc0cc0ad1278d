package singletable_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

func ExampleRepo_Page() {
	ctx := context.Background()
	orders := newShop(ctx, newTable(ctx))
	of := shopOrder{UserID: "usr_123"}
	cursor := ""
	for {
		page, err := orders.Page(ctx, of, cursor, singletable.Limit(3))
		if err != nil {
			log.Fatal(err)
		}
		for _, o := range page.Items {
			fmt.Print(o.ID, " ")
		}
		fmt.Println("and more:", page.Cursor != "")
		if page.Cursor == "" {
			break
		}
		cursor = page.Cursor // a client brings it back with its next request
	}
	_, err := orders.Page(ctx, shopOrder{UserID: "usr_456"}, cursor) // to another partition
	fmt.Println(errors.Is(err, singletable.ErrCursor))
	// Output:
	// 2025-12-a 2026-01-b 2026-01-c and more: true
	// 2026-02-d and more: false
	// true
}

func ExampleWithCursorKey() {
	ctx := context.Background()
	client := new(singletabletest.Engine).Client()
	if _, err := client.CreateTable(ctx, singletable.NewTable(client, "app-table").CreateTableInput()); err != nil {
		log.Fatal(err)
	}
	key, older := bytes.Repeat([]byte{2}, 32), bytes.Repeat([]byte{1}, 32) // from where secrets are kept

	before := newShop(ctx, singletable.NewTable(client, "app-table", singletable.WithCursorKey(older)))
	page, err := before.Page(ctx, shopOrder{UserID: "usr_123"}, "", singletable.Limit(3))
	fmt.Println(len(page.Items), err)

	after := newShop(ctx, singletable.NewTable(client, "app-table", singletable.WithCursorKey(key, older)))
	page, err = after.Page(ctx, shopOrder{UserID: "usr_123"}, page.Cursor)
	fmt.Println(len(page.Items), err)
	// Output:
	// 3 <nil>
	// 1 <nil>
}
