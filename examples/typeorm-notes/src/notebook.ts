import { Column, Entity, OneToMany, PrimaryGeneratedColumn } from "typeorm";
import { Note } from "./note";

@Entity()
export class Notebook {
    @PrimaryGeneratedColumn()
    id: number;

    @Column({ length: 80, unique: true })
    name: string;

    @OneToMany(() => Note, (note) => note.notebook)
    notes: Note[];
}
