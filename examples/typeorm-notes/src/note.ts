import { Check, Column, CreateDateColumn, Entity, Index, ManyToOne, PrimaryGeneratedColumn, Relation, Unique } from "typeorm";
import { Notebook } from "./notebook";

@Entity()
@Unique(["notebook", "title"])
@Check("stars BETWEEN 0 AND 5")
export class Note {
    @PrimaryGeneratedColumn()
    id: number;

    @ManyToOne(() => Notebook, (notebook) => notebook.notes, { nullable: false, onDelete: "CASCADE" })
    notebook: Relation<Notebook>;

    @Column()
    title: string;

    @Column({ type: "text", default: "" })
    text: string;

    @Column({ type: "smallint", default: 0 })
    stars: number;

    @Index()
    @CreateDateColumn()
    writtenAt: Date;
}
